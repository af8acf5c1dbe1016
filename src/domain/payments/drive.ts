import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Effect } from '#domain/events/effect.ts';
import type { Act } from '#domain/events/record.ts';
import { mayGo } from '#domain/payments/_charges.ts';
import { claimCharges, extendLeases, leaveProvider } from '#domain/payments/_claim.ts';
import { type Flow, openFlow } from '#domain/payments/_flow.ts';
import type { ChargeWriting } from '#domain/payments/_verdicts.ts';
import { longestMilliseconds } from '#domain/payments/lanes.ts';
import { type ProviderName, providerNames } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';

/** What driving needs; `leaseSeconds`: for how long nobody else touches a claimed charge, unless we go on holding it. */
export type ChargeDesk = Omit<ChargeWriting, 'act'> & { providers: Providers; leaseSeconds: number };

/**
 * Charges as the worker drives them: an effect for each provider, so that one that is slow or silent delays only its own.
 * Also for those not set up here, whose charges nobody answers.
 */
export function chargesEffects(desk: ChargeDesk): Effect[] {
  return providerNames.map((provider) => ({
    name: 'charges',
    drive: (clock) => driveCharges({ ...desk, provider, act: () => ({ actor: 'system', ...clock() }) }),
    outstanding: (moment) => countOutstanding(desk, provider, moment.at),
  }));
}

const callsInFlight = 50;

// More is held than is under way, so that no call waits for the database: neither for a claim nor for what came of others.
const mostHeld = 4 * callsInFlight;

type ChargeDrive = ChargeDesk & { provider: ProviderName; act(): Act };

/**
 * Takes one provider's due charges there, outside any transaction (rule 4), in a flow: while some are made known, others
 * whose references are stored are confirmed, and what came of others is written, each of it in groups. Those whose outcome
 * is open are asked about before anything else, and never sent again under another key (R28). Answers how many it dealt
 * with; 0 when nothing is due.
 */
async function driveCharges(drive: ChargeDrive): Promise<number> {
  const { db, provider, leaseSeconds } = drive;
  const flow = openFlow(drive, callsInFlight);
  const beat = setInterval(() => {
    const until = drive.act().at.add({ seconds: leaseSeconds });
    extendLeases(db, [...flow.held.values()], until).catch(() => {});
  }, leaseSeconds * 400);
  try {
    const done = await feed(drive, flow);
    await flow.until(0);
    flow.assertWritten();
    const { at } = drive.act();
    if (flow.isSilent()) await leaveProvider(db, provider, { at, until: at.add({ minutes: 5 }) });
    return done;
  } finally {
    await flow.until(0);
    clearInterval(beat);
  }
}

async function feed({ db, provider, leaseSeconds, act }: ChargeDrive, flow: Flow): Promise<number> {
  const startedAt = performance.now();
  let done = 0;
  while (!flow.isSilent() && performance.now() - startedAt < longestMilliseconds) {
    const most = mostHeld - flow.held.size;
    const request = { provider, most, leaseSeconds, held: [...flow.held.keys()] };
    const { claimed, stale, parked, more } = await claimCharges(db, act(), request);
    for (const withdrawn of stale) flow.conclude(withdrawn);
    for (const charge of claimed) flow.carry(charge);
    done += claimed.length + stale.length + parked;
    if (!more && flow.held.size === 0) break;
    // With room left, whatever comes to its end may have made others due: they do not wait for the slowest.
    await flow.until(more ? mostHeld - callsInFlight : flow.held.size - 1);
    flow.assertWritten();
  }
  return done;
}

async function countOutstanding(
  { db, leaseSeconds }: ChargeDesk,
  provider: ProviderName,
  at: Temporal.Instant,
): Promise<number> {
  const { rows } = await sql<{ outstanding: bigint }>`
    select count(*) as outstanding from charges c
     where c.provider = ${provider} and c.next_check_at <= ${at.add({ seconds: leaseSeconds })} and ${mayGo}`.execute(
    db,
  );
  return Number(rows[0]?.outstanding ?? 0);
}
