import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = { id: string; title: string; intro?: string; isForPaper?: boolean; children: ReactNode };

/** A part of a screen with its heading, which can take the focus when what had it is gone; what can only be pressed is not for paper. */
export function Section({ id, title, intro, isForPaper = true, children }: Props) {
  return (
    <Paper
      component="section"
      withBorder
      p={{ base: 'md', sm: 'lg' }}
      aria-labelledby={id}
      {...(!isForPaper && { className: 'no-print' })}
    >
      <Stack gap="md">
        <div>
          <Title order={2} size="h4" id={id} tabIndex={-1} style={{ outline: 'none' }}>
            {title}
          </Title>
          {intro && (
            <Text size="sm" c="dimmed" mt={4}>
              {intro}
            </Text>
          )}
        </div>
        {children}
      </Stack>
    </Paper>
  );
}
