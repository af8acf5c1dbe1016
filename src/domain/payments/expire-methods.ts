import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Process } from '#domain/events/process.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

/** Cards end with their last day, and their owners are told 30 and 7 days before (R32). After an outage only the nearer day is told. */
export const expireMethods: Process = {
  name: 'expire-methods',
  plan: async (db, { on }) => {
    const days = (await getSeller(db)).policy.method_notice_days;
    const rows = await readDue(db, { on, days });
    return [...new Set(rows.map((row) => row.customerId))];
  },
  run: async (tx, act, customerIds) => {
    const accounts = await lockAccounts(tx, customerIds);
    const days = (await getSeller(tx)).policy.method_notice_days;
    const due = await readDue(tx, { on: act.on, days, customerIds: [...accounts.keys()] });
    await writeEnds(
      tx,
      act,
      due.filter((row) => row.daysBefore === null),
    );
    await writeNotices(
      tx,
      act,
      due.filter((row) => row.daysBefore !== null),
    );
    return due.length;
  },
};

/** `daysBefore` null: the last day is over. */
type Due = {
  customerId: bigint;
  methodId: bigint;
  brand: string;
  lastFour: string;
  expiresOn: Temporal.PlainDate;
  daysBefore: number | null;
};

type Question = { on: Temporal.PlainDate; days: readonly number[]; customerIds?: readonly bigint[] };

async function readDue(db: Db | Tx, { on, days, customerIds }: Question): Promise<Due[]> {
  const horizon = on.add({ days: Math.max(0, ...days) });
  const owned = customerIds ? sql`and m.customer_id = any(${customerIds}::bigint[])` : sql``;
  const { rows } = await sql<Due>`
    select m.customer_id as "customerId", m.method_id as "methodId", m.brand, m.last_four as "lastFour",
           m.expires_on as "expiresOn", n.days as "daysBefore"
      from payment_methods m
      left join lateral (
        select min(u.days) as days from unnest(${days}::integer[]) as u(days) where m.expires_on - u.days <= ${on}::date
      ) n on m.expires_on >= ${on}::date
     where m.state = 'valid' and m.expires_on <= ${horizon}::date ${owned}
       and (m.expires_on < ${on}::date or (n.days is not null and (m.told_days is null or m.told_days > n.days)))`.execute(
    db,
  );
  return rows;
}

async function writeEnds(tx: Tx, act: Act, ended: readonly Due[]): Promise<void> {
  if (ended.length === 0) return;
  await sql`
    update payment_methods m set state = 'expired' from ${keys(ended)}
     where m.customer_id = u.customer_id and m.method_id = u.method_id`.execute(tx);
  await recordEvents(
    tx,
    act,
    ended.map((row) => ({ ...told(row), type: 'methods.expired' as const })),
  );
}

async function writeNotices(tx: Tx, act: Act, noticed: readonly Due[]): Promise<void> {
  if (noticed.length === 0) return;
  await sql`
    update payment_methods m set told_days = u.days from ${keys(noticed)}
     where m.customer_id = u.customer_id and m.method_id = u.method_id`.execute(tx);
  await recordEvents(
    tx,
    act,
    noticed.map((row) => ({ ...told(row), type: 'methods.expiring' as const })),
  );
}

function keys(rows: readonly Due[]) {
  return columns(rows, {
    customer_id: ['bigint', (row) => row.customerId],
    method_id: ['bigint', (row) => row.methodId],
    days: ['integer', (row) => row.daysBefore],
  });
}

function told(row: Due) {
  const { customerId, methodId, brand, lastFour, expiresOn, daysBefore } = row;
  const data = { method_id: methodId, brand, last_four: lastFour, expires_on: expiresOn, days: daysBefore };
  return { customerId, data };
}
