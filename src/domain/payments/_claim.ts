import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import type { Claimed } from '#domain/payments/_ask.ts';
import { type Charge, chargeColumns } from '#domain/payments/_charges.ts';
import type { ChargeOutcome } from '#domain/payments/finish.ts';
import { columns, type Db, type Tx, transaction } from '#kit/db.ts';

const batchSize = 500;

/** What was claimed, and what must not be sent any more. */
export type Claim = { claimed: Claimed[]; stale: ChargeOutcome[] };

/**
 * Takes a batch of due charges for `leaseSeconds`: nobody else touches them meanwhile, and if we die somebody will
 * afterwards. From then on a new charge counts as sent, whether or not the call is ever made.
 */
export function claimCharges(db: Db, act: Act, leaseSeconds: number): Promise<Claim> {
  return transaction(db, async (tx) => {
    const due = await readDue(tx, act.at);
    if (due.length === 0) return { claimed: [], stale: [] };
    const { stale, parked } = await sortOut(tx, due);
    const left = new Set([...stale, ...parked]);
    await delayCharges(tx, parked, act.at.add({ hours: 1 }));
    const claimed = await leaseCharges(tx, act, { charges: due.filter((charge) => !left.has(charge)), leaseSeconds });
    await recordEvents(tx, act, claimed.filter((charge) => charge.checks === 1).flatMap(submittedEvent));
    return { claimed, stale: stale.map((charge) => ({ charge, outcome: { state: 'withdrawn' as const } })) };
  });
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

async function readDue(tx: Tx, at: Temporal.Instant): Promise<Charge[]> {
  const { rows } = await sql<Charge>`
    select ${chargeColumns} from charges c
     where c.next_check_at <= ${at} order by c.next_check_at limit ${batchSize}`.execute(tx);
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
): Promise<Claimed[]> {
  if (charges.length === 0) return [];
  const { rows } = await sql<Charge>`
    update charges c
       set state = case when c.state = 'created' then 'submitted' else c.state end, checks = c.checks + 1,
           next_check_at = ${act.at.add({ seconds: leaseSeconds })}
      from ${keys(charges)}
     where c.customer_id = u.customer_id and c.charge_id = u.charge_id and c.next_check_at <= ${act.at}
    returning ${chargeColumns}`.execute(tx);
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
