import { type RawBuilder, sql } from 'kysely';
import type { Window } from '#domain/payments/_reconcile-statement.ts';
import type { ProviderMovement, ProviderName } from '#domain/payments/provider.ts';
import type { Db } from '#kit/db.ts';

/**
 * One charge, refund, dispute, fee, payout or deposit, on both sides. `ours` is what we booked, `theirs` what their statement says,
 * null where it has none; minor units, signed: above zero came in. A fee, a payout and a deposit are booked because the statement says so.
 */
export type ComparedLine = {
  ref: string;
  kind: ProviderMovement['kind'];
  what: 'matched' | 'missing_here' | 'missing_there' | 'different_amount';
  ours: bigint | null;
  theirs: bigint | null;
  currency: string;
};

/** Which of our lines: those of some days, or those with some references; `refs` is a query for one array of them. */
type Choice = Window | { refs: RawBuilder<unknown> };

/**
 * Our side: payments, what went back of them, and the provider's own movements as posted, by the provider's references. Each
 * is found by an index, so that a night does not read all that was ever paid.
 */
function ours(provider: ProviderName, choice: Choice) {
  const chosen = (at: string, ref: string) =>
    'refs' in choice
      ? sql`${sql.ref(ref)} = any((${choice.refs})::text[])`
      : sql`${sql.ref(at)} >= ${choice.from} and ${sql.ref(at)} < ${choice.to}`;
  const posted =
    'refs' in choice
      ? sql`reference = any(array(select concat_ws(':', ${provider}::text, kind, ref)
              from unnest((${choice.refs})::text[]) ref, unnest(array['fee', 'payout', 'deposit']) kind))`
      : chosen('posted_at', 'reference');
  return sql`
    select provider_ref as ref, 'charge' as kind, amount, currency, received_at as at from payments
     where provider = ${provider} and ${chosen('received_at', 'provider_ref')}
     union all
    select r.provider_ref, case when r.reason = 'chargeback' then 'dispute' else 'refund' end, -r.amount, r.currency, r.finished_at
      from refunds r join payments p on p.customer_id = r.customer_id and p.payment_id = r.payment_id
     where p.provider = ${provider} and r.state = 'succeeded' and ${chosen('r.finished_at', 'r.provider_ref')}
     union all
    select substring(reference from length(${provider}::text) + length(kind) + 3), kind,
           case debit when ${`clearing:${provider}`} then amount else -amount end, currency, posted_at
      from (select *, split_part(reference, ':', 2) as kind from provider_transfers
             where reference like ${`${provider}:%`} and ${posted}) posted`;
}

/**
 * Both sides of whatever has a line of theirs in the window, or one of ours that they have nowhere. All lines of a
 * reference count together, since a dispute that is won, or a refund that fails later, comes back under its own name;
 * what comes to nothing there and was never booked here is no difference.
 */
export function compared(provider: ProviderName, window: Window) {
  const { from, to } = window;
  return sql<ComparedLine>`
    with theirs as materialized (
      select ref, kind from statement_lines where provider = ${provider} and at >= ${from} and at < ${to}),
    recent as materialized (${ours(provider, window)}),
    refs as materialized (select array(select ref from theirs union select ref from recent) as all),
    own as materialized (${ours(provider, { refs: sql`select "all" from refs` })}),
    named as materialized (
      select ref, kind from theirs
       union
      select ref, kind from recent
       where not exists (select from statement_lines l where l.provider = ${provider} and l.ref = recent.ref and l.kind = recent.kind)),
    o as (select ref, kind, currency, sum(amount)::bigint as amount, min(at) as at
            from own join named using (ref, kind) group by ref, kind, currency),
    t as (select ref, kind, currency, sum(amount)::bigint as amount, min(at) as at
            from statement_lines join named using (ref, kind)
           where provider = ${provider} and ref = any((select "all" from refs)::text[]) group by ref, kind, currency)
    select ref, kind, currency, o.amount as ours, t.amount as theirs,
           case when coalesce(o.amount, 0) = coalesce(t.amount, 0) then 'matched'
                when o.amount is null then 'missing_here'
                when t.amount is null then 'missing_there' else 'different_amount' end as what
      from t full join o using (ref, kind, currency)
     order by coalesce(t.at, o.at), ref, kind, currency`;
}

/** The lines that differ, and how many agree. */
export async function compare(
  db: Db,
  provider: ProviderName,
  window: Window,
): Promise<{ matched: bigint; differences: ComparedLine[] }> {
  const { rows } = await sql<ComparedLine & { count: bigint }>`
    with lines as materialized (${compared(provider, window)})
    select differing.*, matched.count
      from (select count(*) from lines where what = 'matched') matched
      left join (select * from lines where what <> 'matched') differing on true`.execute(db);
  const differences = rows.flatMap(({ count: _, ...line }) => (line.what === null ? [] : [line]));
  return { matched: rows[0]?.count ?? 0n, differences };
}
