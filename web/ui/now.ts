import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ask } from '#web/api/queries.ts';

/** The business time in milliseconds, ticking twice a minute: the sandbox's clock where there is one, else the host's. */
export function useNow(): number {
  const clock = useQuery({ ...ask('GET /v1/clock', {}), retry: false });
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(ticking);
  }, []);
  return clock.data ? Date.parse(clock.data.at) + Math.max(0, now - clock.dataUpdatedAt) : now;
}
