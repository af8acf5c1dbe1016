import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import { laterOf, type Verdict } from '#domain/payments/_ask.ts';
import { type Charge, chargeColumns } from '#domain/payments/_charges.ts';
import { pauseFor } from '#domain/payments/_pauses.ts';
import type { ChargeOutcome } from '#domain/payments/finish.ts';
import { columns, type Db, isContention, type Tx, transaction } from '#kit/db.ts';

/**
 * `conclude` applies final outcomes in one transaction; `fail` hears of a customer for whom it cannot (the charge is asked
 * about again later).
 */
export type ChargeWriting = {
  db: Db;
  act(): Act;
  conclude(tx: Tx, act: Act, outcomes: readonly ChargeOutcome[]): Promise<unknown>;
  fail(act: Act, customerId: bigint, error: unknown): Promise<unknown>;
};

/** Writes what providers said: outcomes with all that follows from them, and when to ask again where there is none. */
export async function writeVerdicts(writing: ChargeWriting, verdicts: readonly Verdict[]): Promise<void> {
  await concludeAll(
    writing,
    verdicts.flatMap((verdict) => ('outcome' in verdict ? [verdict] : [])),
  );
  await postpone(
    writing,
    verdicts.flatMap((verdict) => ('later' in verdict ? [verdict] : [])),
  );
}

/** Applies outcomes; when a group fails it is halved until the charge that breaks it stands alone. */
async function concludeAll(writing: ChargeWriting, outcomes: readonly ChargeOutcome[]): Promise<void> {
  const [first] = outcomes;
  if (!first) return;
  try {
    await transaction(writing.db, (tx) => writing.conclude(tx, writing.act(), outcomes));
  } catch (error) {
    if (isContention(error)) {
      await delay(10 + Math.random() * 40);
      return concludeAll(writing, outcomes);
    }
    if (outcomes.length === 1) {
      await postpone(writing, [{ charge: first.charge, later: laterOf(first.charge) }]);
      await writing.fail(writing.act(), first.charge.customerId, error);
      return;
    }
    const half = outcomes.length >> 1;
    await concludeAll(writing, outcomes.slice(0, half));
    await concludeAll(writing, outcomes.slice(half));
  }
}

type Postponed = Extract<Verdict, { later: string }>;

/**
 * Writes when to ask again: after 5 minutes, an hour, and then every day until there is an answer, an open page more often. What has become due while
 * we were asking stays due: somebody told us that it has changed, or took the offer back.
 */
async function postpone(writing: ChargeWriting, verdicts: readonly Postponed[]): Promise<void> {
  if (verdicts.length === 0) return;
  const act = writing.act();
  await transaction(writing.db, async (tx) => {
    const { rows } = await sql<Charge>`
      update charges c
         set state = u.state,
             next_check_at = case when c.next_check_at <= ${act.at}::timestamptz then c.next_check_at else u.next_check_at end
        from ${columns(verdicts, {
          customer_id: ['bigint', ({ charge }) => charge.customerId],
          charge_id: ['bigint', ({ charge }) => charge.chargeId],
          state: ['text', ({ later }) => later],
          next_check_at: ['timestamptz', ({ charge }) => act.at.add(pauseFor(charge, act.at))],
        })}
       where c.customer_id = u.customer_id and c.charge_id = u.charge_id and c.state in ('offered', 'submitted', 'unknown')
      returning ${chargeColumns}`.execute(tx);
    const before = new Map(verdicts.map(({ charge }) => [charge.chargeId, charge.state]));
    await recordEvents(
      tx,
      act,
      rows.flatMap((charge) => becameUnknownEvent(charge, before.get(charge.chargeId))),
    );
  });
  for (const { charge, problem } of verdicts) if (problem) await writing.fail(act, charge.customerId, problem);
}

function becameUnknownEvent({ customerId, chargeId, amount, state }: Charge, before: string | undefined): EventDraft[] {
  if (state !== 'unknown' || before === 'unknown') return [];
  return [{ customerId, type: 'charges.became_unknown', data: { charge_id: chargeId, amount } }];
}
