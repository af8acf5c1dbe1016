import { Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

type Props = { color: string; Icon: Icon; title: string; text?: string; children?: ReactNode };

/** One thing that wants attention: what it is, what follows from it, and what can be done. */
export function Notice({ color, Icon, title, text, children }: Props) {
  return (
    <Paper
      component="article"
      withBorder
      p="md"
      style={{ borderInlineStart: `4px solid var(--mantine-color-${color}-filled)` }}
    >
      <Group align="flex-start" gap="md" wrap="nowrap">
        <ThemeIcon color={color} variant="light" size="lg" radius="xl" aria-hidden visibleFrom="xs">
          <Icon size={20} />
        </ThemeIcon>
        <Stack gap="xs" flex={1} miw={0}>
          <Title order={3} size="h4">
            {title}
          </Title>
          {text && <Text size="sm">{text}</Text>}
          {children}
        </Stack>
      </Group>
    </Paper>
  );
}
