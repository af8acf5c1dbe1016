import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { PaymentProvider, ProviderMovement, ProviderName } from '#domain/payments/provider.ts';
import { columns, type Db, transaction } from '#kit/db.ts';

/** From an instant, up to another that no longer belongs to it. */
export type Window = { from: Temporal.Instant; to: Temporal.Instant };

const linesAtOnce = 1_000;

/** Keeps what stands on the provider's statement. A line that is known stays as it is. Answers how many were read. */
export async function readStatement(db: Db, provider: PaymentProvider, { from, to }: Window): Promise<void> {
  let lines: ProviderMovement[] = [];
  for await (const line of provider.listMovements(from, to)) {
    lines.push(line);
    if (lines.length < linesAtOnce) continue;
    await keepLines(db, provider.name, lines);
    lines = [];
  }
  await keepLines(db, provider.name, lines);
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

/**
 * Posts the fees and payouts of the statement that are not posted yet, each once. Fees lower what lies at the provider,
 * payouts bring it to the bank; a negative fee or payout goes the other way.
 */
export async function postOwnMovements(db: Db, provider: ProviderName, at: Temporal.Instant): Promise<void> {
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
