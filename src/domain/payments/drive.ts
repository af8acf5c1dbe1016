import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Effect } from '#domain/events/effect.ts';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import { inFlight } from '#domain/payments/_answers.ts';
import { createAtProvider, decideAtProvider, type Verdict } from '#domain/payments/_ask.ts';
import { type Charge, chargeColumns } from '#domain/payments/_charges.ts';
import { claimCharges, storeReferences } from '#domain/payments/_claim.ts';
import type { ChargeOutcome } from '#domain/payments/finish.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { columns, type Db, type Tx, transaction } from '#kit/db.ts';

/**
 * What driving needs: `conclude` applies final outcomes in one transaction; `fail` hears of a customer for whom it cannot
 * (the charge is asked about again later). `leaseSeconds`: for how long nobody else touches a claimed charge.
 */
export type ChargeDesk = {
  db: Db;
  providers: Providers;
  leaseSeconds: number;
  conclude(tx: Tx, act: Act, outcomes: readonly ChargeOutcome[]): Promise<unknown>;
  fail(act: Act, customerId: bigint, error: unknown): Promise<unknown>;
};

/** Charges as the worker drives them, among its other effects. */
export function chargesEffect(desk: ChargeDesk): Effect {
  return {
    name: 'charges',
    drive: (clock) => driveCharges({ ...desk, act: () => ({ actor: 'system', ...clock() }) }),
    outstanding: (moment) => countOutstanding(desk.db, moment.at, desk.leaseSeconds),
  };
}

const callsInFlight = 50;

type ChargeDrive = ChargeDesk & { act(): Act };

/**
 * Takes a batch of due charges to their providers, outside any transaction (rule 4), and applies what they answered:
 * new ones are created there, their reference stored, then confirmed; those whose outcome is open are asked about before
 * anything else, and never sent again under another key (R28). Answers how many it dealt with; 0 when nothing is due.
 */
async function driveCharges(drive: ChargeDrive): Promise<number> {
  const { claimed, stale } = await claimCharges(drive.db, drive.act(), drive.leaseSeconds);
  await concludeAll(drive, stale);
  const known = await inFlight(claimed, callsInFlight, (charge) => createAtProvider(drive.providers, charge));
  await storeReferences(
    drive.db,
    known.flatMap((each) => ('charge' in each ? [each.charge] : [])),
  );
  const verdicts = await inFlight(known, callsInFlight, async (each) =>
    'charge' in each ? decideAtProvider(drive.providers, each) : each.verdict,
  );
  await concludeAll(
    drive,
    verdicts.flatMap((verdict) => ('outcome' in verdict ? [verdict] : [])),
  );
  await postpone(
    drive,
    verdicts.flatMap((verdict) => ('later' in verdict ? [verdict] : [])),
  );
  return claimed.length + stale.length;
}

/** A hint from a webhook, or from a payer who came back: these charges are asked about at once (P12). Never an outcome itself. */
export async function hintCharges(
  db: Db | Tx,
  at: Temporal.Instant,
  charges: readonly { customerId: bigint; chargeId: bigint }[],
): Promise<void> {
  await sql`
    update charges c set next_check_at = ${at}
      from ${columns(charges, {
        customer_id: ['bigint', (charge) => charge.customerId],
        charge_id: ['bigint', (charge) => charge.chargeId],
      })}
     where c.customer_id = u.customer_id and c.charge_id = u.charge_id and c.provider_ref is not null
       and c.state in ('offered', 'submitted', 'unknown')`.execute(db);
}

/** Applies outcomes; when a batch fails it is halved until the charge that breaks it stands alone. */
async function concludeAll(drive: ChargeDrive, outcomes: readonly ChargeOutcome[]): Promise<void> {
  const [first] = outcomes;
  if (!first) return;
  try {
    await transaction(drive.db, (tx) => drive.conclude(tx, drive.act(), outcomes));
  } catch (error) {
    if (outcomes.length === 1) {
      await postpone(drive, [
        { charge: first.charge, later: first.charge.state === 'offered' ? 'offered' : 'unknown' },
      ]);
      if (!isContention(error)) await drive.fail(drive.act(), first.charge.customerId, error);
      return;
    }
    const half = outcomes.length >> 1;
    await concludeAll(drive, outcomes.slice(0, half));
    await concludeAll(drive, outcomes.slice(half));
  }
}

// Two transactions in each other's way are nobody's mistake: the provider gives the same answer when it is asked again.
function isContention(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return code === '40P01' || code === '40001' || code === '55P03';
}

type Postponed = Extract<Verdict, { later: string }>;

/**
 * Writes when to ask again: after 5 minutes, an hour, and then every day until there is an answer. What has become due while
 * we were asking stays due: somebody told us that it has changed, or took the offer back.
 */
async function postpone(drive: ChargeDrive, verdicts: readonly Postponed[]): Promise<void> {
  if (verdicts.length === 0) return;
  const act = drive.act();
  await transaction(drive.db, async (tx) => {
    const { rows } = await sql<Charge>`
      update charges c
         set state = u.state,
             next_check_at = case when c.next_check_at <= ${act.at}::timestamptz then c.next_check_at else u.next_check_at end
        from ${columns(verdicts, {
          customer_id: ['bigint', ({ charge }) => charge.customerId],
          charge_id: ['bigint', ({ charge }) => charge.chargeId],
          state: ['text', ({ later }) => later],
          next_check_at: ['timestamptz', ({ charge }) => act.at.add(pauseAfter(charge.checks))],
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
  for (const { charge, problem } of verdicts) if (problem) await drive.fail(act, charge.customerId, problem);
}

async function countOutstanding(db: Db, at: Temporal.Instant, leaseSeconds: number): Promise<number> {
  const { rows } = await sql<{ outstanding: bigint }>`
    select count(*) as outstanding from charges c
     where c.next_check_at <= ${at.add({ seconds: leaseSeconds })}`.execute(db);
  return Number(rows[0]?.outstanding ?? 0);
}

function pauseAfter(checks: number) {
  if (checks <= 1) return { minutes: 5 };
  return { hours: checks === 2 ? 1 : 24 };
}

function becameUnknownEvent({ customerId, chargeId, amount, state }: Charge, before: string | undefined): EventDraft[] {
  if (state !== 'unknown' || before === 'unknown') return [];
  return [{ customerId, type: 'charges.became_unknown', data: { charge_id: chargeId, amount } }];
}
