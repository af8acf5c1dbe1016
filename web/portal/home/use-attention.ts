import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import { useNow } from '#web/ui/now.ts';
import { useUpcoming } from './use-upcoming.ts';

const soonDays = 40;

/** Everything that may want somebody's attention, asked for together, so that "all is well" is said only when it is. */
export function useAttention() {
  const seesMoney = useMay('money:read');
  const now = useNow();
  const money = { enabled: seesMoney };
  const account = useQuery({ ...ask('GET /v1/account', {}), ...money });
  const orders = useQuery({ ...ask('GET /v1/orders', { query: { state: 'open' } }), ...money });
  const methods = useQuery({ ...ask('GET /v1/payment-methods', {}), ...money });
  const upcoming = useUpcoming();
  const platforms = useQuery(ask('GET /v1/platforms', {}));
  const ending = useQuery(
    ask('GET /v1/mailboxes', { query: { mode: 'none', state: 'active', sort: 'expires_on', limit: 5 } }),
  );
  const suspended = useQuery(ask('GET /v1/mailboxes', { query: { state: 'suspended', sort: 'expires_on', limit: 5 } }));
  const asked: UseQueryResult[] = [platforms, ending, suspended];
  if (seesMoney) asked.push(account, orders, methods, upcoming);
  const soon = new Date(now + soonDays * 86_400_000).toISOString();
  const invoices = upcoming.data?.invoices ?? [];
  const valid = methods.data?.items.filter(({ state }) => state === 'valid') ?? [];
  return {
    isPending: asked.some((query) => query.isPending),
    error: asked.find((query) => query.isError)?.error ?? null,
    now,
    seesMoney,
    account: account.data,
    settlement: orders.data?.items.find(({ kind }) => kind === 'settlement'),
    invoices,
    hasValidMethod: valid.length > 0,
    failed: methods.data?.items.filter(({ state }) => state === 'failed' || state === 'expired') ?? [],
    // A card that will be too old for one of the invoices that come next.
    expiring: valid.filter(({ expires_on }) =>
      invoices.some(({ due_on }) => expires_on !== null && due_on > expires_on),
    ),
    // Its bank may want its owner again, so that the next renewal does not pay itself.
    wanting: valid.filter(
      ({ wants_owner, is_default, backup_rank }) => wants_owner && (is_default || backup_rank !== null),
    ),
    terminated: platforms.data?.items.filter((one) => one.terminated_at !== null && one.state === 'open') ?? [],
    ending: ending.data?.items.filter(({ next }) => next.what === 'ends' && next.on !== null && next.on < soon) ?? [],
    endingInAll: ending.data?.total ?? 0,
    suspended: suspended.data?.items ?? [],
    suspendedInAll: suspended.data?.total ?? 0,
  };
}

export type Attention = ReturnType<typeof useAttention>;
