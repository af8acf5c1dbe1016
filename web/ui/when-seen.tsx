import { Box } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { type ReactNode, Suspense } from 'react';
import { useEverWanted } from './later.ts';

/** What is drawn only once somebody has scrolled to it; its place is kept, so that nothing jumps. */
export function WhenSeen({ height, children }: { height: number; children: ReactNode }) {
  const { ref, entry } = useIntersection<HTMLDivElement>();
  const isSeen = useEverWanted(entry?.isIntersecting ?? false);
  return (
    <Box ref={ref} mih={height}>
      <Suspense>{isSeen && children}</Suspense>
    </Box>
  );
}
