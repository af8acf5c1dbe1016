import { sql } from 'kysely';
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

// Our side: payments, what went back of them, and the provider's own movements as posted, by the provider's references.
function ours(provider: ProviderName) {
  return sql`
    select provider_ref as ref, 'charge' as kind, amount, currency, received_at as at from payments where provider = ${provider}
     union all
    select r.provider_ref, case when r.reason = 'chargeback' then 'dispute' else 'refund' end, -r.amount, r.currency, r.finished_at
      from refunds r join payments p on p.customer_id = r.customer_id and p.payment_id = r.payment_id
     where p.provider = ${provider} and r.state = 'succeeded'
     union all
    select substring(reference from length(${provider}::text) + length(kind) + 3), kind,
           case debit when ${`clearing:${provider}`} then amount else -amount end, currency, posted_at
      from (select *, split_part(reference, ':', 2) as kind from provider_transfers
             where reference like ${`${provider}:%`}) posted`;
}

/**
 * Both sides of whatever has a line of theirs in the window, or one of ours that they have nowhere. All lines of a
 * reference count together, since a dispute that is won, or a refund that fails later, comes back under its own name;
 * what comes to nothing there and was never booked here is no difference.
 */
export function compared(provider: ProviderName, { from, to }: Window) {
  return sql<ComparedLine>`
    with own as materialized (${ours(provider)}),
    named as (
      select ref, kind from statement_lines where provider = ${provider} and at >= ${from} and at < ${to}
       union
      select ref, kind from own
       where at >= ${from} and at < ${to}
         and not exists (select from statement_lines l where l.provider = ${provider} and l.ref = own.ref and l.kind = own.kind)),
    o as (select ref, kind, currency, sum(amount)::bigint as amount, min(at) as at
            from own join named using (ref, kind) group by ref, kind, currency),
    t as (select ref, kind, currency, sum(amount)::bigint as amount, min(at) as at
            from statement_lines join named using (ref, kind) where provider = ${provider} group by ref, kind, currency)
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
  const { rows: differences } = await sql<ComparedLine>`
    select * from (${compared(provider, window)}) lines where what <> 'matched'`.execute(db);
  const { rows } = await sql<{ matched: bigint }>`
    select count(*) as matched from (${compared(provider, window)}) lines where what = 'matched'`.execute(db);
  return { matched: rows[0]?.matched ?? 0n, differences };
}
