import { Box } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useEverWanted } from './later.tsx';

/** What is drawn only once somebody has scrolled to it; its place is kept, so that nothing jumps. */
export function WhenSeen({ height, children }: { height: number; children: ReactNode }) {
  const { ref, entry } = useIntersection<HTMLDivElement>();
  const isSeen = useEverWanted(entry?.isIntersecting ?? false);
  return (
    <Box ref={ref} mih={height}>
      {isSeen && children}
    </Box>
  );
}
