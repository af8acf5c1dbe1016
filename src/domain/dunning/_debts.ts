import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { DebtStanding } from '#domain/dunning/decide-deadline.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

export type StandingDebt = DebtStanding & { customerId: bigint; invoiceId: bigint; due: bigint };

export type DebtKey = { customerId: bigint; invoiceId: bigint };

const paying = sql`
  exists (select from charges x where x.customer_id = d.customer_id and x.state in ('created', 'submitted', 'unknown'))`;

/** The customers with a debt past its deadline that nothing was suspended for, unless a charge is open. */
export async function planSuspensions(db: Db, at: Temporal.Instant): Promise<bigint[]> {
  const { rows } = await sql<{ customerId: bigint }>`
    select distinct d.customer_id as "customerId" from debts d
     where d.state = 'open' and d.suspended_at is null and d.deadline_at <= ${at} and not ${paying}`.execute(db);
  return rows.map((row) => row.customerId);
}

/** The customers with a debt that a reminder is due for: more days before its deadline are reached than were reminded of. */
export async function planReminders(db: Db, at: Temporal.Instant, days: readonly number[]): Promise<bigint[]> {
  const horizon = at.add({ hours: 24 * Math.max(0, ...days) });
  const { rows } = await sql<{ customerId: bigint }>`
    select distinct d.customer_id as "customerId" from debts d
     where d.state = 'open' and d.suspended_at is null and d.deadline_at > ${at} and d.deadline_at <= ${horizon}
       and d.reminders < (select count(*) from unnest(${days}::integer[]) as n(days)
                           where d.deadline_at - make_interval(hours => 24 * n.days) <= ${at})`.execute(db);
  return rows.map((row) => row.customerId);
}

/** The open debts of customers whose accounts this transaction holds, as their deadlines see them. */
export async function readStandings(tx: Tx, customerIds: readonly bigint[]): Promise<StandingDebt[]> {
  const { rows } = await sql<StandingDebt>`
    select d.customer_id as "customerId", d.invoice_id as "invoiceId", d.due, d.deadline_at as "deadlineAt", d.reminders,
           d.suspended_at is not null as suspended, ${paying} as paying
      from debts d
     where d.customer_id = any(${customerIds}::bigint[]) and d.state = 'open'
     order by d.customer_id, d.invoice_id`.execute(tx);
  return rows;
}

/** The mailboxes whose terms stand on these invoices; with scope `customer` all of the customers' mailboxes that are on. */
export async function readMailboxesBehind(
  tx: Tx,
  debts: readonly DebtKey[],
  scope: 'invoice' | 'customer',
): Promise<Map<bigint, bigint[]>> {
  const behind = scope === 'invoice' ? onInvoices(debts) : ofCustomers(debts);
  const { rows } = await behind.execute(tx);
  const ids = Map.groupBy(rows, (row) => row.customerId);
  return new Map([...ids].map(([customerId, mailboxes]) => [customerId, mailboxes.map((row) => row.mailboxId)]));
}

type Behind = { customerId: bigint; mailboxId: bigint };

function onInvoices(debts: readonly DebtKey[]) {
  return sql<Behind>`
    select distinct t.customer_id as "customerId", t.mailbox_id as "mailboxId"
      from terms t join ${keys(debts)} on t.customer_id = u.customer_id and t.invoice_id = u.invoice_id`;
}

function ofCustomers(debts: readonly DebtKey[]) {
  return sql<Behind>`
    select m.customer_id as "customerId", m.mailbox_id as "mailboxId" from mailboxes m
     where m.customer_id = any(${[...new Set(debts.map((debt) => debt.customerId))]}::bigint[]) and m.state = 'active'`;
}

/** Notes that the mailboxes of these debts were suspended. */
export async function markSuspended(tx: Tx, at: Temporal.Instant, debts: readonly DebtKey[]): Promise<void> {
  await sql`
    update debts d set suspended_at = ${at} from ${keys(debts)}
     where d.customer_id = u.customer_id and d.invoice_id = u.invoice_id`.execute(tx);
}

/** Notes how many reminders of these debts were written. */
export async function markReminded(tx: Tx, debts: readonly (DebtKey & { reminders: number })[]): Promise<void> {
  await sql`
    update debts d set reminders = u.reminders
      from ${columns(debts, {
        customer_id: ['bigint', (debt) => debt.customerId],
        invoice_id: ['bigint', (debt) => debt.invoiceId],
        reminders: ['integer', (debt) => debt.reminders],
      })}
     where d.customer_id = u.customer_id and d.invoice_id = u.invoice_id`.execute(tx);
}

/**
 * The mailboxes suspended for debt that no debt holds any more: none of the open debts whose deadline suspended something
 * is on them (scope `invoice`), or their customer has none (scope `customer`).
 */
export async function readReleased(
  tx: Tx,
  customerIds: readonly bigint[],
  scope: 'invoice' | 'customer',
): Promise<Map<bigint, bigint[]>> {
  const onIt =
    scope === 'invoice'
      ? sql`and exists (select from terms t where t.customer_id = m.customer_id and t.mailbox_id = m.mailbox_id and t.invoice_id = d.invoice_id)`
      : sql``;
  const { rows } = await sql<Behind>`
    select m.customer_id as "customerId", m.mailbox_id as "mailboxId" from mailboxes m
     where m.customer_id = any(${customerIds}::bigint[]) and m.suspended_for = 'debt'
       and not exists (select from debts d
                        where d.customer_id = m.customer_id and d.state = 'open' and d.suspended_at is not null ${onIt})`.execute(
    tx,
  );
  const ids = Map.groupBy(rows, (row) => row.customerId);
  return new Map([...ids].map(([customerId, mailboxes]) => [customerId, mailboxes.map((row) => row.mailboxId)]));
}

function keys(debts: readonly DebtKey[]) {
  return columns(debts, {
    customer_id: ['bigint', (debt) => debt.customerId],
    invoice_id: ['bigint', (debt) => debt.invoiceId],
  });
}
