import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { columns, type Tx } from '#kit/db.ts';
import type { Telling } from './_telling.ts';
import type { DebtFacts } from './types.ts';

export type OpenDebt = {
  customerId: bigint;
  invoiceId: bigint;
  number: string;
  issuedOn: Temporal.PlainDate;
  due: bigint;
  currency: string;
  deadlineAt: Temporal.Instant;
  openedAt: Temporal.Instant;
};

/** What one customer owes: the open debts, oldest invoice first, and what a letter says about all of them. */
export type Owed = { debts: readonly OpenDebt[]; newest: OpenDebt; facts: DebtFacts };

/** What these customers owe now; who owes nothing any more is missing: no letter speaks of a paid debt (R34). */
export async function readOwed(telling: Telling, customerIds: readonly bigint[]): Promise<Map<bigint, Owed>> {
  const { tx } = telling;
  const byCustomer = Map.groupBy(await readOpenDebts(tx, customerIds), (debt) => debt.customerId);
  const debtors = [...byCustomer.keys()];
  const orders = await readSettlementOrders(tx, debtors);
  const mailboxes = await countConcerned(telling, debtors);
  return new Map(
    [...byCustomer].map(([customerId, debts]) => {
      const newest = debts.at(-1) as OpenDebt;
      const order = orders.get(customerId);
      if (!order) throw new Error(`customer ${customerId} has a debt and no settlement order to tell of`);
      const facts = {
        debt: debts.reduce((sum, debt) => sum + debt.due, 0n),
        currency: newest.currency,
        invoices: debts.map(({ number, issuedOn, due }) => ({ number, issuedOn, due })),
        deadlineAt: nextDeadline(debts, telling.act.at),
        mailboxes: mailboxes.get(customerId) ?? 0,
        settlement: { number: order.number, link: telling.links.order(order) },
        methodUrl: telling.links.methods,
        topUpUrl: telling.links.topUp,
      };
      return [customerId, { debts, newest, facts }];
    }),
  );
}

/** A debt as the step of a letter names it: one that was settled and opened again is another. */
export function debtStep({ invoiceId, openedAt }: OpenDebt): string {
  return `${invoiceId}:${openedAt.toString({ smallestUnit: 'second' })}`;
}

// The first that is still to come; when all have passed, the one that passed last.
function nextDeadline(debts: readonly OpenDebt[], now: Temporal.Instant): Temporal.Instant {
  const all = debts.map((debt) => debt.deadlineAt).sort(Temporal.Instant.compare);
  return all.find((at) => Temporal.Instant.compare(at, now) > 0) ?? (all.at(-1) as Temporal.Instant);
}

async function readOpenDebts(tx: Tx, customerIds: readonly bigint[]): Promise<OpenDebt[]> {
  const { rows } = await sql<OpenDebt>`
    select d.customer_id as "customerId", d.invoice_id as "invoiceId", i.number, i.issued_on as "issuedOn", d.due,
           i.currency, d.deadline_at as "deadlineAt", d.opened_at as "openedAt"
      from debts d join invoices i on i.customer_id = d.customer_id and i.invoice_id = d.invoice_id
     where d.customer_id = any(${customerIds}::bigint[]) and d.state = 'open'
     order by d.customer_id, i.issued_at, i.invoice_id`.execute(tx);
  return rows;
}

type SettlementOrder = { customerId: bigint; orderId: bigint; number: string };

async function readSettlementOrders(tx: Tx, customerIds: readonly bigint[]): Promise<Map<bigint, SettlementOrder>> {
  const { rows } = await sql<SettlementOrder>`
    select customer_id as "customerId", order_id as "orderId", number from orders
     where customer_id = any(${customerIds}::bigint[]) and kind = 'settlement' and state = 'open'`.execute(tx);
  return new Map(rows.map((row) => [row.customerId, row]));
}

// How many mailboxes the deadline suspends (R29): those on the unpaid invoices, or all.
async function countConcerned({ tx, seller }: Telling, customerIds: readonly bigint[]): Promise<Map<bigint, number>> {
  const onUnpaid = sql`
      join terms t on t.customer_id = m.customer_id and t.mailbox_id = m.mailbox_id
      join debts d on d.customer_id = t.customer_id and d.invoice_id = t.invoice_id and d.state = 'open'`;
  const { rows } = await sql<{ customer_id: bigint; mailboxes: number }>`
    select m.customer_id, count(distinct m.mailbox_id)::int as mailboxes
      from mailboxes m ${seller.policy.suspension_scope === 'invoice' ? onUnpaid : sql``}
     where m.customer_id = any(${customerIds}::bigint[]) and (m.state = 'active' or m.suspended_for = 'debt')
     group by m.customer_id`.execute(tx);
  return new Map(rows.map((row) => [row.customer_id, row.mailboxes]));
}

/** How the collection of these customers' debts went last: the method that was refused, and when we try again. */
export type Attempt = { customerId: bigint; methodId: bigint; finishedAt: Temporal.Instant };

/** The last off-session charge of each customer that ended in this way. */
export async function readLastAttempts(
  tx: Tx,
  customerIds: readonly bigint[],
  state: 'declined' | 'action_required',
): Promise<Map<bigint, Attempt>> {
  const { rows } = await sql<Attempt>`
    select distinct on (c.customer_id) c.customer_id as "customerId", c.method_id as "methodId", c.finished_at as "finishedAt"
      from charges c
     where c.customer_id = any(${customerIds}::bigint[]) and c.state = ${state} and c.order_id is null
       and c.method_id is not null
     order by c.customer_id, c.finished_at desc, c.charge_id desc`.execute(tx);
  return new Map(rows.map((row) => [row.customerId, row]));
}

/** The day of the next attempt by ourselves, for those who have one to come (R26). */
export async function readRetries(
  { tx, act }: Telling,
  customerIds: readonly bigint[],
): Promise<Map<bigint, Temporal.PlainDate>> {
  const { rows } = await sql<{ customer_id: bigint; due_on: Temporal.PlainDate }>`
    select customer_id, due_on from collections
     where customer_id = any(${customerIds}::bigint[]) and due_on > ${act.on}`.execute(tx);
  return new Map(rows.map((row) => [row.customer_id, row.due_on]));
}

/** The numbers of the invoices that each of these payments settled, also partly, by payment id. */
export async function readSettledBy(
  tx: Tx,
  payments: readonly { customerId: bigint; paymentId: bigint; receivedAt: Temporal.Instant }[],
): Promise<Map<bigint, string[]>> {
  // A payment and what it settles are one act and bear its instant.
  const { rows } = await sql<{ payment_id: bigint; numbers: string[] }>`
    select u.payment_id, array_agg(distinct i.number order by i.number) as numbers
      from ${columns(payments, {
        customer_id: ['bigint', (payment) => payment.customerId],
        payment_id: ['bigint', (payment) => payment.paymentId],
        received_at: ['timestamptz', (payment) => payment.receivedAt],
      })}
      join settlements s on s.customer_id = u.customer_id and s.at = u.received_at and s.source = 'payment'
      join invoices i on i.customer_id = s.customer_id and i.invoice_id = s.invoice_id
     group by u.payment_id`.execute(tx);
  return new Map(rows.map((row) => [row.payment_id, row.numbers]));
}
