import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import type { Claimed } from '#domain/payments/_ask.ts';
import { type Charge, chargeColumns, mayGo } from '#domain/payments/_charges.ts';
import type { ChargeOutcome } from '#domain/payments/finish.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import { columns, type Db, type Tx, transaction } from '#kit/db.ts';

/** What was claimed, what must not be sent any more, and how many were put off; `more` when others may be due as well. */
export type Claim = { claimed: Leased[]; stale: ChargeOutcome[]; parked: number; more: boolean };

/** A claimed charge with the end of its lease. */
export type Leased = Claimed & { leasedUntil: Temporal.Instant };

/** Whose charges, how many at most, for how long; `held` is under way in this process already. */
export type ClaimRequest = {
  provider: ProviderName;
  most: number;
  leaseSeconds: number;
  held: readonly bigint[];
};

/**
 * Takes due charges of one provider for `leaseSeconds`: nobody else touches them meanwhile, and if we die somebody will
 * afterwards. From then on a new charge counts as sent, whether or not the call is ever made.
 */
export async function claimCharges(db: Db, act: Act, request: ClaimRequest): Promise<Claim> {
  const due = await readDue(db, act.at, request);
  if (due.length === 0) return { claimed: [], stale: [], parked: 0, more: false };
  return transaction(db, async (tx) => {
    const { stale, parked } = await sortOut(tx, due);
    const left = new Set([...stale, ...parked]);
    await delayCharges(tx, parked, act.at.add({ hours: 1 }));
    const charges = due.filter((charge) => !left.has(charge));
    const claimed = await leaseCharges(tx, act, { charges, leaseSeconds: request.leaseSeconds });
    await recordEvents(tx, act, claimed.filter((charge) => charge.checks === 1).flatMap(submittedEvent));
    const withdrawn = stale.map((charge) => ({ charge, outcome: { state: 'withdrawn' as const } }));
    return { claimed, stale: withdrawn, parked: parked.length, more: due.length === request.most };
  });
}

/**
 * Goes on holding claimed charges until `until`, while their provider takes its time. One of which somebody said meanwhile
 * that it has changed stays due.
 */
export async function extendLeases(db: Db, leased: readonly Leased[], until: Temporal.Instant): Promise<void> {
  if (leased.length === 0) return;
  const { rows } = await sql<{ chargeId: bigint; leasedUntil: Temporal.Instant }>`
    update charges c set next_check_at = ${until}
      from ${columns(leased, {
        customer_id: ['bigint', (charge) => charge.customerId],
        charge_id: ['bigint', (charge) => charge.chargeId],
        leased_until: ['timestamptz', (charge) => charge.leasedUntil],
      })}
     where c.customer_id = u.customer_id and c.charge_id = u.charge_id and c.next_check_at = u.leased_until
    returning c.charge_id as "chargeId", c.next_check_at as "leasedUntil"`.execute(db);
  const extended = new Map(rows.map((row) => [row.chargeId, row.leasedUntil]));
  for (const charge of leased) charge.leasedUntil = extended.get(charge.chargeId) ?? charge.leasedUntil;
}

/** Leaves what is due at a provider that answers nobody until `until`. Nothing is sent, and nothing sent is forgotten. */
export async function leaveProvider(
  db: Db,
  provider: ProviderName,
  { at, until }: { at: Temporal.Instant; until: Temporal.Instant },
): Promise<void> {
  await sql`
    update charges set next_check_at = ${until} where provider = ${provider} and next_check_at <= ${at}`.execute(db);
}

/** Stored before the money moves, so that an outcome nobody heard is a question about a known reference, for ever (rule 3). */
export async function storeReferences(db: Db, charges: readonly Charge[]): Promise<void> {
  if (charges.length === 0) return;
  await sql`
    update charges c set provider_ref = u.provider_ref
      from ${columns(charges, {
        customer_id: ['bigint', (charge) => charge.customerId],
        charge_id: ['bigint', (charge) => charge.chargeId],
        provider_ref: ['text', (charge) => charge.providerRef],
      })}
     where c.customer_id = u.customer_id and c.charge_id = u.charge_id and c.provider_ref is null`.execute(db);
}

async function readDue(db: Db, at: Temporal.Instant, { provider, most, held }: ClaimRequest): Promise<Charge[]> {
  const { rows } = await sql<Charge>`
    select ${chargeColumns} from charges c
     where c.provider = ${provider} and c.next_check_at <= ${at} and not c.charge_id = any(${held}::bigint[]) and ${mayGo}
     order by c.next_check_at limit ${most}`.execute(db);
  return rows;
}

/**
 * Of the charges nobody has been asked for yet: those that are not right any more, because the debt was paid or grew in
 * between (P2, R23), and those of parked customers, who are left alone.
 */
async function sortOut(tx: Tx, due: readonly Charge[]): Promise<{ stale: Charge[]; parked: Charge[] }> {
  const unsent = due.filter((charge) => charge.state === 'created');
  const accounts = await lockAccounts(
    tx,
    unsent.map((charge) => charge.customerId),
  );
  const parked = unsent.filter((charge) => !accounts.has(charge.customerId));
  const still = await readUnsent(tx, unsent);
  const stale = unsent.filter((charge) => {
    const account = accounts.get(charge.customerId);
    const isRight = charge.orderId !== null || (account && -account.balance === charge.amount);
    return account && still.has(charge.chargeId) && !isRight;
  });
  return { stale, parked };
}

// Read again under the lock: while we waited for it somebody may have sent the charge, and then the balance says nothing.
async function readUnsent(tx: Tx, charges: readonly Charge[]): Promise<Set<bigint>> {
  if (charges.length === 0) return new Set();
  const { rows } = await sql<{ chargeId: bigint }>`
    select c.charge_id as "chargeId" from charges c join ${keys(charges)}
        on c.customer_id = u.customer_id and c.charge_id = u.charge_id
     where c.state = 'created'`.execute(tx);
  return new Set(rows.map((row) => row.chargeId));
}

// Of two processes that saw the same rows the second waits here, then finds them due later, and gets nothing.
async function leaseCharges(
  tx: Tx,
  act: Act,
  { charges, leaseSeconds }: { charges: readonly Charge[]; leaseSeconds: number },
): Promise<Leased[]> {
  if (charges.length === 0) return [];
  const { rows } = await sql<Charge & { leasedUntil: Temporal.Instant }>`
    update charges c
       set state = case when c.state = 'created' then 'submitted' else c.state end, checks = c.checks + 1,
           next_check_at = ${act.at.add({ seconds: leaseSeconds })}
      from ${keys(charges)}
     where c.customer_id = u.customer_id and c.charge_id = u.charge_id and c.next_check_at <= ${act.at}
    returning ${chargeColumns}, c.next_check_at as "leasedUntil"`.execute(tx);
  const tokens = await readTokens(tx, rows);
  return rows.map((charge) => ({
    ...charge,
    token: charge.methodId === null ? null : (tokens.get(charge.methodId) ?? ''),
  }));
}

async function readTokens(tx: Tx, charges: readonly Charge[]): Promise<Map<bigint, string>> {
  const { rows } = await sql<{ methodId: bigint; token: string }>`
    select m.method_id as "methodId", m.token from payment_methods m
      join ${columns(charges, {
        customer_id: ['bigint', (charge) => charge.customerId],
        method_id: ['bigint', (charge) => charge.methodId],
      })} on m.customer_id = u.customer_id and m.method_id = u.method_id`.execute(tx);
  return new Map(rows.map((row) => [row.methodId, row.token]));
}

async function delayCharges(tx: Tx, charges: readonly Charge[], until: Temporal.Instant): Promise<void> {
  if (charges.length === 0) return;
  await sql`
    update charges c set next_check_at = ${until} from ${keys(charges)}
     where c.customer_id = u.customer_id and c.charge_id = u.charge_id and c.state = 'created'`.execute(tx);
}

function keys(charges: readonly Charge[]) {
  return columns(charges, {
    customer_id: ['bigint', (charge) => charge.customerId],
    charge_id: ['bigint', (charge) => charge.chargeId],
  });
}

function submittedEvent({ customerId, chargeId, methodId, orderId, amount, state }: Charge): EventDraft[] {
  if (state !== 'submitted') return [];
  const data = { charge_id: chargeId, method_id: methodId, order_id: orderId, amount };
  return [{ customerId, type: 'charges.submitted', data }];
}
