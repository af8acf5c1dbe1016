import { Group, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Dialog } from '#web/ui/dialog.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';

type Props = {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  error: Error | null;
  onRetry: () => void;
  /** Null while it is on its way. */
  children: ReactNode;
};

/** One document, over the list it stands in. */
export function DocumentDialog({ isOpen, onClose, title, error, onRetry, children }: Props) {
  return (
    <Dialog opened={isOpen} onClose={onClose} title={title} size="xl">
      {error && <ProblemNotice error={error} onRetry={onRetry} />}
      {!children && !error && <Skeleton height={240} />}
      {children && <Stack gap="md">{children}</Stack>}
    </Dialog>
  );
}

/** What a document says of itself, name by name. */
export function Facts({ facts }: { facts: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <Stack gap={4} component="dl" m={0}>
      {facts.map(([label, value]) => (
        <Group key={label} gap="sm" wrap="nowrap" align="baseline">
          <Text component="dt" size="sm" c="dimmed" w={150} flex="0 0 auto">
            {label}
          </Text>
          <Text component="dd" m={0} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
