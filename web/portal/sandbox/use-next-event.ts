import { useQuery } from '@tanstack/react-query';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import { useUpcoming } from '#web/portal/home/use-upcoming.ts';

/** The next day on which something happens to the customer on the screen, as far as the API tells; null when nothing is ahead. */
export function useNextEvent(today: string): string | null {
  const seesMoney = useMay('money:read');
  const seesMailboxes = useMay('mailboxes:read');
  const upcoming = useUpcoming();
  const account = useQuery({ ...ask('GET /v1/account', {}), enabled: seesMoney });
  const orders = useQuery({ ...ask('GET /v1/orders', { query: { state: 'open' } }), enabled: seesMoney });
  const platforms = useQuery({ ...ask('GET /v1/platforms', {}), enabled: seesMailboxes });
  const instants = [account.data?.deadline_at, ...(orders.data?.items.map((order) => order.expires_at) ?? [])];
  const days = [
    ...(upcoming.data?.invoices.map((invoice) => invoice.due_on) ?? []),
    ...(platforms.data?.items.map((platform) => platform.next_expiry_on) ?? []),
    ...instants.map((at) => (at ? new Date(at).toLocaleDateString('sv') : null)),
  ];
  return days.filter((on): on is string => on != null && on > today).sort()[0] ?? null;
}
