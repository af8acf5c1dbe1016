import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

let isFirstScreen = true;

/**
 * The one heading of a screen, with what can be done there at its side. It names the browser's tab, and takes the focus
 * when somebody came here from another screen, so that screen readers tell where they are.
 */
export function PageTitle({ children, actions }: { children: string; actions?: ReactNode }) {
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
      <Title order={1} size="h2" ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
        {children}
      </Title>
      {actions}
    </Group>
  );
}
