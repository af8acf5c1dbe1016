import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { columns, type Db, type Tx } from '#kit/db.ts';

/** Where the collection of a customer's whole open debt stands. `dueOn`: the day from which its next step may be taken. */
export type Collection = {
  customerId: bigint;
  startedOn: Temporal.PlainDate;
  round: number;
  dueOn: Temporal.PlainDate;
};

// A customer with an open charge, or with an offer that is being taken back, is not due: its outcome comes first (R28).
const nothingOpen = sql`
  not exists (select from charges x where x.customer_id = c.customer_id and x.state in ('created', 'submitted', 'unknown'))
  and not exists (select from charges x where x.customer_id = c.customer_id and x.state = 'offered'
                     and x.collection_on is not null and x.page_url is null)`;

/** The customers whose collection has a next step. */
export async function planCollections(db: Db, on: Temporal.PlainDate): Promise<bigint[]> {
  const { rows } = await sql<{ customerId: bigint }>`
    select c.customer_id as "customerId" from collections c where c.due_on <= ${on} and ${nothingOpen}`.execute(db);
  return rows.map((row) => row.customerId);
}

/** The same, read again under the lock of their accounts. */
export async function readDueCollections(
  tx: Tx,
  customerIds: readonly bigint[],
  on: Temporal.PlainDate,
): Promise<Collection[]> {
  const { rows } = await sql<Collection>`
    select c.customer_id as "customerId", c.started_on as "startedOn", c.round, c.due_on as "dueOn"
      from collections c
     where c.customer_id = any(${customerIds}::bigint[]) and c.due_on <= ${on} and ${nothingOpen}`.execute(tx);
  return rows;
}

/** Writes where collections stand. */
export async function updateCollections(
  tx: Tx,
  rows: readonly { customerId: bigint; round: number; dueOn: Temporal.PlainDate | null }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update collections c set round = u.round, due_on = u.due_on
      from ${columns(rows, {
        customer_id: ['bigint', (row) => row.customerId],
        round: ['integer', (row) => row.round],
        due_on: ['date', (row) => row.dueOn],
      })}
     where c.customer_id = u.customer_id`.execute(tx);
}
