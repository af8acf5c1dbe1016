import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { type Entry, movedBy, type TransferDraft } from '#domain/ledger/accounts.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Posts entries to the ledger, in the order given (R3, R5): transfers, one movement for each entry that moves the
 * prepaid account, and the balances. The accounts must be locked by this transaction. A reference that is already
 * posted breaks the transaction: only who receives money may ask first. Tells when a balance fell below its threshold (R6).
 */
export async function postEntries(tx: Tx, act: Act, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const movements = await moveBalances(tx, act, entries);
  await writeMovements(tx, act, movements);
  await writeTransfers(tx, act, { entries, movements });
}

type Movement = { entry: Entry; number: bigint; before: bigint; after: bigint };
type Moved = { customerId: bigint; balance: bigint; movements: bigint; threshold: bigint | null };

async function moveBalances(tx: Tx, act: Act, entries: readonly Entry[]): Promise<Movement[]> {
  const moving = entries.filter((entry) => movedBy(entry) !== 0n);
  const sums = new Map<bigint, { sum: bigint; count: bigint }>();
  for (const entry of moving) {
    const at = sums.get(entry.customerId) ?? { sum: 0n, count: 0n };
    sums.set(entry.customerId, { sum: at.sum + movedBy(entry), count: at.count + 1n });
  }
  const { rows } = await sql<Moved>`
    update accounts a set balance = a.balance + u.sum, movements = a.movements + u.count
      from ${columns([...sums], {
        customer_id: ['bigint', ([customerId]) => customerId],
        sum: ['bigint', ([, total]) => total.sum],
        count: ['bigint', ([, total]) => total.count],
      })}
     where a.customer_id = u.customer_id
    returning a.customer_id as "customerId", a.balance, a.movements, a.alert_threshold as threshold`.execute(tx);
  assert.equal(rows.length, sums.size, 'every customer has a prepaid account');
  const heads = new Map(rows.map((row) => [row.customerId, opening(row, sums)]));
  await tellThresholds(tx, act, { rows, heads });
  return moving.map((entry) => {
    const head = heads.get(entry.customerId);
    assert(head);
    const before = head.balance;
    head.balance += movedBy(entry);
    head.number += 1n;
    return { entry, number: head.number, before, after: head.balance };
  });
}

type Head = { balance: bigint; number: bigint; opening: bigint };

function opening(row: Moved, sums: ReadonlyMap<bigint, { sum: bigint; count: bigint }>): Head {
  const total = sums.get(row.customerId);
  assert(total);
  const balance = row.balance - total.sum;
  return { balance, number: row.movements - total.count, opening: balance };
}

async function tellThresholds(tx: Tx, act: Act, moved: { rows: readonly Moved[]; heads: ReadonlyMap<bigint, Head> }) {
  const fallen = moved.rows.filter((row) => {
    const before = moved.heads.get(row.customerId)?.opening ?? row.balance;
    return row.threshold !== null && before >= row.threshold && row.balance < row.threshold;
  });
  await recordEvents(
    tx,
    act,
    fallen.map((row) => ({
      customerId: row.customerId,
      type: 'balances.fell_below_threshold',
      data: { balance: row.balance, threshold: row.threshold, movement: row.movements },
    })),
  );
}

async function writeMovements(tx: Tx, act: Act, movements: readonly Movement[]): Promise<void> {
  await sql`
    insert into movements (customer_id, number, previous_number, at, cause, reference, amount, balance_before, balance_after)
    select u.customer_id, u.number, nullif(u.number - 1, 0), ${act.at}::timestamptz, u.cause, u.reference, u.after - u.before, u.before, u.after
      from ${columns(movements, {
        customer_id: ['bigint', (movement) => movement.entry.customerId],
        number: ['bigint', (movement) => movement.number],
        cause: ['text', (movement) => movement.entry.cause],
        reference: ['text', (movement) => movement.entry.reference],
        before: ['bigint', (movement) => movement.before],
        after: ['bigint', (movement) => movement.after],
      })}`.execute(tx);
}

type Posting = { entries: readonly Entry[]; movements: readonly Movement[] };

async function writeTransfers(tx: Tx, act: Act, { entries, movements }: Posting): Promise<void> {
  const numbers = new Map(movements.map((movement) => [movement.entry, movement.number]));
  const transfers = entries.flatMap((entry) => entry.transfers.map((transfer) => ({ entry, transfer })));
  await sql`
    insert into transfers (customer_id, reference, movement_number, debit, credit, amount, currency, posted_at)
    select u.customer_id, u.reference, u.movement_number, u.debit, u.credit, u.amount, u.currency, ${act.at}::timestamptz
      from ${columns(transfers, {
        customer_id: ['bigint', ({ entry }) => entry.customerId],
        reference: ['text', ({ entry, transfer }) => `${entry.reference}:${transfer.part}`],
        movement_number: [
          'bigint',
          ({ entry, transfer }) => (touchesCustomer(transfer) ? (numbers.get(entry) ?? null) : null),
        ],
        debit: ['text', ({ transfer }) => transfer.debit],
        credit: ['text', ({ transfer }) => transfer.credit],
        amount: ['bigint', ({ transfer }) => transfer.amount],
        currency: ['text', ({ entry }) => entry.currency],
      })}`.execute(tx);
}

function touchesCustomer(transfer: TransferDraft): boolean {
  return transfer.debit === 'customer' || transfer.credit === 'customer';
}
