import { useQuery } from '@tanstack/react-query';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';

/** The invoices that come next: of two months, which is quick to say, or of the year when these hold none. */
export function useUpcoming() {
  const enabled = useMay('money:read');
  const near = useQuery({ ...ask('GET /v1/forecast', { query: { months: 2 } }), enabled });
  const isEmpty = near.data?.invoices.length === 0;
  const far = useQuery({ ...ask('GET /v1/forecast', { query: { months: 12 } }), enabled: enabled && isEmpty });
  return isEmpty ? far : near;
}
