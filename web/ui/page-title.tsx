import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

let isFirstScreen = true;

/**
 * The one heading of a screen, with what can be done there at its side, and what there is to say in short. It names the browser's tab, and takes the focus
 * when somebody came here from another screen, so that screen readers tell where they are.
 */
export function PageTitle({ children, intro, actions }: { children: string; intro?: string; actions?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · Rinnovo`;
  }, [children]);
  useEffect(() => {
    if (!isFirstScreen) heading.current?.focus({ preventScroll: true });
    isFirstScreen = false;
  }, []);
  return (
    <Group justify="space-between" align="center" mb="md" gap="sm">
      <div>
        <Title order={1} size="h2" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
          {children}
        </Title>
        {intro && <Text c="dimmed">{intro}</Text>}
      </div>
      {actions}
    </Group>
  );
}
