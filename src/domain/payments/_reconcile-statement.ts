import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { PaymentProvider, ProviderMovement, ProviderName } from '#domain/payments/provider.ts';
import { columns, type Db, type Tx, transaction } from '#kit/db.ts';

/** From an instant, up to another that no longer belongs to it. */
export type Window = { from: Temporal.Instant; to: Temporal.Instant };

const linesAtOnce = 1_000;

/** Keeps what stands on the provider's statement, and posts its fees and payouts; what is known already stays as it is. */
export async function readStatement(
  db: Db,
  provider: PaymentProvider,
  { from, to, at }: Window & { at: Temporal.Instant },
): Promise<void> {
  const keep = (lines: readonly ProviderMovement[]) =>
    transaction(db, async (tx) => {
      await keepLines(tx, provider.name, lines);
      await postOwnMovements(tx, provider.name, { at, lines });
    });
  let lines: ProviderMovement[] = [];
  for await (const line of provider.listMovements(from, to)) {
    lines.push(line);
    if (lines.length < linesAtOnce) continue;
    await keep(lines);
    lines = [];
  }
  if (lines.length > 0) await keep(lines);
}

// By their moment too: money that was taken, came back and is taken again is two equal lines.
async function keepLines(tx: Tx, provider: ProviderName, lines: readonly ProviderMovement[]): Promise<void> {
  await sql`
    insert into statement_lines (provider, ref, kind, amount, currency, at)
    select ${provider}, u.ref, u.kind, u.amount, u.currency, u.at from ${asColumns(lines)}
    on conflict do nothing`.execute(tx);
}

// Fees lower what lies at the provider, payouts bring it to the bank, deposits from there; the sign says which way it went.
async function postOwnMovements(
  tx: Tx,
  provider: ProviderName,
  { at, lines }: { at: Temporal.Instant; lines: readonly ProviderMovement[] },
): Promise<void> {
  const own = lines.filter(({ kind }) => kind === 'fee' || kind === 'payout' || kind === 'deposit');
  if (own.length === 0) return;
  const clearing = `clearing:${provider}`;
  await sql`
    insert into provider_transfers (reference, debit, credit, amount, currency, posted_at)
    select concat_ws(':', ${provider}::text, kind, ref),
           case when amount < 0 then other else ${clearing} end, case when amount < 0 then ${clearing} else other end,
           abs(amount), currency, ${at}::timestamptz
      from (select *, case kind when 'fee' then 'fees' else 'bank' end as other from ${asColumns(own)}) own
    on conflict (reference) do nothing`.execute(tx);
}

function asColumns(lines: readonly ProviderMovement[]) {
  return columns(lines, {
    ref: ['text', (line) => line.ref],
    kind: ['text', (line) => line.kind],
    amount: ['bigint', (line) => line.amount],
    currency: ['text', (line) => line.currency],
    at: ['timestamptz', (line) => line.at],
  });
}
