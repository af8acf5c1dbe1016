import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { PaymentProvider, ProviderMovement, ProviderName } from '#domain/payments/provider.ts';
import type { Moment } from '#kit/clock.ts';
import { startOfDay } from '#kit/dates.ts';
import { columns, type Db, transaction } from '#kit/db.ts';

/** Days `[fromOn, toOn)` of the seller's calendar. */
export type Period = { fromOn: Temporal.PlainDate; toOn: Temporal.PlainDate; timeZone: string };

/** One line that differs: money they know and we do not, we and not they, or of another amount. Minor units, signed. */
export type Difference = {
  ref: string;
  kind: ProviderMovement['kind'];
  what: 'missing_here' | 'missing_there' | 'different_amount';
  ours: bigint | null;
  theirs: bigint | null;
  currency: string;
};

export type Reconciliation = { provider: ProviderName; matched: bigint; differences: Difference[] };

/**
 * Compares a provider's own statement with our books, line by line (P2, P13). Reads the statement first, a few days
 * beyond both ends, since our instant of a payment is a little later than theirs; fees and payouts it finds are posted to
 * clearing, fees and bank. Money is never corrected by itself: a difference is for a person.
 */
export async function reconcile(
  db: Db,
  provider: PaymentProvider,
  ask: { period: Period; now: Moment },
): Promise<Reconciliation> {
  const { fromOn, toOn, timeZone } = ask.period;
  const from = startOfDay(fromOn, timeZone);
  const to = startOfDay(toOn, timeZone);
  const wide = { from: from.subtract({ hours: margin }), to: to.add({ hours: margin }) };
  const lines = await readStatement(db, provider, wide);
  if (lines > 0) await postOwnMovements(db, provider.name, ask.now.at);
  const differences = await listDifferences(db, provider.name, { from, to });
  const matched = lines > 0 ? await countMatched(db, provider.name, { from, to }) : 0n;
  const differing = BigInt(differences.length);
  await sql`
    insert into reconciliations (provider, from_on, to_on, matched, differing, ran_at)
    values (${provider.name}, ${fromOn}, ${toOn}, ${matched}, ${differing}, ${ask.now.at})
    on conflict (provider, from_on, to_on) do update
       set matched = excluded.matched, differing = excluded.differing, ran_at = excluded.ran_at`.execute(db);
  return { provider: provider.name, matched, differences };
}

const margin = 72;
const linesAtOnce = 1_000;

type Window = { from: Temporal.Instant; to: Temporal.Instant };

async function readStatement(db: Db, provider: PaymentProvider, { from, to }: Window): Promise<number> {
  let lines: ProviderMovement[] = [];
  let count = 0;
  for await (const line of provider.listMovements(from, to)) {
    lines.push(line);
    count++;
    if (lines.length < linesAtOnce) continue;
    await keepLines(db, provider.name, lines);
    lines = [];
  }
  await keepLines(db, provider.name, lines);
  return count;
}

async function keepLines(db: Db, provider: ProviderName, lines: readonly ProviderMovement[]): Promise<void> {
  if (lines.length === 0) return;
  await sql`
    insert into statement_lines (provider, ref, kind, amount, currency, at)
    select ${provider}, u.ref, u.kind, u.amount, u.currency, u.at
      from ${columns(lines, {
        ref: ['text', (line) => line.ref],
        kind: ['text', (line) => line.kind],
        amount: ['bigint', (line) => line.amount],
        currency: ['text', (line) => line.currency],
        at: ['timestamptz', (line) => line.at],
      })}
    on conflict do nothing`.execute(db);
}

// Fees lower what lies at the provider, payouts bring it to the bank; a negative fee or payout goes the other way.
async function postOwnMovements(db: Db, provider: ProviderName, at: Temporal.Instant): Promise<void> {
  const clearing = `clearing:${provider}`;
  await transaction(db, (tx) =>
    sql`
      insert into provider_transfers (reference, debit, credit, amount, currency, posted_at)
      select provider || ':' || kind || ':' || ref,
             case when amount < 0 then other else ${clearing} end, case when amount < 0 then ${clearing} else other end,
             abs(amount), currency, ${at}::timestamptz
        from (select *, case kind when 'fee' then 'fees' else 'bank' end as other from statement_lines
               where provider = ${provider} and kind in ('fee', 'payout')) own
      on conflict (reference) do nothing`.execute(tx),
  );
}

// Both sides in one shape: our payments and what went back of them, by the provider's references.
function ours(provider: ProviderName) {
  return sql`
    select provider_ref as ref, 'charge' as kind, amount, currency, received_at as at from payments where provider = ${provider}
     union all
    select r.provider_ref, case when r.reason = 'chargeback' then 'dispute' else 'refund' end, -r.amount, r.currency, r.finished_at
      from refunds r join payments p on p.customer_id = r.customer_id and p.payment_id = r.payment_id
     where p.provider = ${provider} and r.state = 'succeeded'`;
}

function theirs(provider: ProviderName) {
  return sql`select ref, kind, amount, currency, at from statement_lines
              where provider = ${provider} and kind in ('charge', 'refund', 'dispute')`;
}

async function listDifferences(db: Db, provider: ProviderName, { from, to }: Window): Promise<Difference[]> {
  const { rows } = await sql<Difference>`
    select coalesce(t.ref, o.ref) as ref, coalesce(t.kind, o.kind) as kind, coalesce(t.currency, o.currency) as currency,
           case when o.ref is null then 'missing_here' when t.ref is null then 'missing_there' else 'different_amount' end as what,
           o.amount as ours, t.amount as theirs
      from (${theirs(provider)}) t full join (${ours(provider)}) o on o.ref = t.ref and o.kind = t.kind
     where coalesce(t.at, o.at) >= ${from} and coalesce(t.at, o.at) < ${to}
       and (o.amount is distinct from t.amount or o.currency is distinct from t.currency)
     order by coalesce(t.at, o.at), coalesce(t.ref, o.ref)`.execute(db);
  return rows;
}

async function countMatched(db: Db, provider: ProviderName, { from, to }: Window): Promise<bigint> {
  const { rows } = await sql<{ matched: bigint }>`
    select count(*) as matched
      from (${theirs(provider)}) t join (${ours(provider)}) o using (ref, kind, amount, currency)
     where t.at >= ${from} and t.at < ${to}`.execute(db);
  return rows[0]?.matched ?? 0n;
}
