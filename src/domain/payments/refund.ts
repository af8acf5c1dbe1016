import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Effect } from '#domain/events/effect.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { postEntries } from '#domain/ledger/post.ts';
import { leaseRefunds, type Refund } from '#domain/payments/_refunds.ts';
import { inFlight } from '#domain/payments/lanes.ts';
import { ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { liesAt } from '#domain/payments/receive.ts';
import { columns, type Db, isContention, type Tx, transaction } from '#kit/db.ts';

export type RefundOutcome = { refund: Refund; state: 'succeeded' | 'failed'; ref: string | null };

/** As for charges: `conclude` applies outcomes, in a transaction each; `fail` hears of a customer for whom it cannot. */
export type RefundDesk = {
  db: Db;
  providers: Providers;
  leaseSeconds: number;
  conclude(tx: Tx, act: Act, outcomes: readonly RefundOutcome[]): Promise<unknown>;
  fail(act: Act, customerId: bigint, error: unknown): Promise<unknown>;
};

/** Refunds as the worker drives them, among its other effects. */
export function refundsEffect(desk: RefundDesk): Effect {
  return {
    name: 'refunds',
    drive: (clock) => driveRefunds({ ...desk, act: { actor: 'system', ...clock() } }),
    outstanding: (moment) => countOutstanding(desk.db, moment.at, desk.leaseSeconds),
  };
}

const callsInFlight = 10;

type RefundDrive = RefundDesk & { act: Act };

/**
 * Takes due refunds to their providers, outside any transaction (rule 4). An answer that got lost is asked for again with
 * the same key, which gives the same refund and never a second one. Answers how many it dealt with.
 */
async function driveRefunds(drive: RefundDrive): Promise<number> {
  const { db, act, leaseSeconds } = drive;
  const refunds = await transaction(db, (tx) => leaseRefunds(tx, act.at, act.at.add({ seconds: leaseSeconds })));
  // Each is written when it is answered, and no provider waits for another's answers.
  const byProvider = [...Map.groupBy(refunds, (refund) => refund.provider).values()];
  const carry = async (refund: Refund) => {
    const answer = await askProvider(drive.providers, refund);
    if (answer instanceof Error) await tryLater(drive, refund, answer);
    else await conclude(drive, { refund, ...answer });
  };
  await Promise.all(byProvider.map((each) => inFlight(each, callsInFlight, carry)));
  return refunds.length;
}

/**
 * Writes what became of refunds and answers those for whom that is new: open before, or given and failed afterwards, which
 * banks do for days. One that failed gives the credit back by the opposite transfer (R5); whether it pays a debt by now is the caller's next step (R4). The accounts must be locked.
 */
export async function finishRefunds(tx: Tx, act: Act, outcomes: readonly RefundOutcome[]): Promise<RefundOutcome[]> {
  const { rows } = await sql<{ refundId: bigint }>`
    update refunds r
       set state = u.state, provider_ref = u.provider_ref, finished_at = ${act.at}::timestamptz, next_check_at = null
      from ${columns(outcomes, {
        customer_id: ['bigint', ({ refund }) => refund.customerId],
        refund_id: ['bigint', ({ refund }) => refund.refundId],
        state: ['text', ({ state }) => state],
        provider_ref: ['text', ({ ref }) => ref],
      })}
     where r.customer_id = u.customer_id and r.refund_id = u.refund_id
       and (r.state = 'created' or r.state = 'succeeded' and u.state = 'failed' and r.reason <> 'chargeback')
    returning r.refund_id as "refundId"`.execute(tx);
  const written = new Set(rows.map((row) => row.refundId));
  const finished = outcomes.filter(({ refund }) => written.has(refund.refundId));
  await postEntries(
    tx,
    act,
    finished.filter(({ state }) => state === 'failed').map(({ refund }) => reversal(refund)),
  );
  await recordEvents(tx, act, finished.map(finishedEvent));
  return finished;
}

type Answer = Omit<RefundOutcome, 'refund'> | Error;

async function askProvider(providers: Providers, refund: Refund): Promise<Answer> {
  const provider = refund.provider === 'bank' ? undefined : providers[refund.provider];
  if (!provider) return new ProviderUnavailable(`refunds by ${refund.provider} are not set up here`);
  const { refundId, chargeRef, amount, currency } = refund;
  try {
    return await provider.refund({ key: `refund-${refundId}`, chargeRef, amount, currency });
  } catch (error) {
    // Definitely nothing happened, nor will when it is asked again; a key that is another refund's says nothing of this one.
    if (error instanceof ProviderRefused && error.code !== 'key_reused') return { state: 'failed', ref: null };
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function conclude(drive: RefundDrive, outcome: RefundOutcome): Promise<void> {
  try {
    await transaction(drive.db, (tx) => drive.conclude(tx, drive.act, [outcome]));
  } catch (error) {
    if (isContention(error)) {
      await delay(10 + Math.random() * 40);
      return conclude(drive, outcome);
    }
    await tryLater(drive, outcome.refund, error);
  }
}

async function tryLater({ db, act, fail }: RefundDrive, refund: Refund, error: unknown): Promise<void> {
  await sql`
    update refunds set next_check_at = ${act.at.add({ hours: 1 })}
     where customer_id = ${refund.customerId} and refund_id = ${refund.refundId} and state = 'created'`.execute(db);
  if (!(error instanceof ProviderUnavailable)) await fail(act, refund.customerId, error);
}

async function countOutstanding(db: Db, at: Temporal.Instant, leaseSeconds: number): Promise<number> {
  const { rows } = await sql<{ outstanding: bigint }>`
    select count(*) as outstanding from refunds
     where next_check_at <= ${at.add({ seconds: leaseSeconds })}`.execute(db);
  return Number(rows[0]?.outstanding ?? 0);
}

function reversal(refund: Refund) {
  const { customerId, refundId, currency, provider, amount } = refund;
  return {
    customerId,
    cause: 'reversal' as const,
    reference: `refund-${refundId}-failed`,
    currency,
    transfers: [{ part: 'kept', debit: liesAt(provider), credit: 'customer' as const, amount }],
  };
}

function finishedEvent({ refund, state }: RefundOutcome) {
  const { customerId, refundId, paymentId, amount, currency } = refund;
  const type = state === 'succeeded' ? ('payments.refunded' as const) : ('refunds.failed' as const);
  return { customerId, type, data: { refund_id: refundId, payment_id: paymentId, amount, currency } };
}
