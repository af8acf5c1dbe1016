import { isDeepStrictEqual } from 'node:util';
import type { Locator } from 'playwright-core';
import { creditInvoice } from '#domain/invoices/credit.ts';
import { orderLink } from '#domain/orders/link.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { readMoment, setClock } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { zone } from '#spec/build.ts';
import { testSecret } from '#spec/harness.ts';
import type { Person } from './_people.ts';
import type { Portal } from './_portal.ts';
import { until } from './_visit.ts';

/** An order to top up the account by 25.00, and the path of its link. */
export async function placeTopUp({ database }: Portal, { customerId }: Person) {
  const { system } = database;
  const act = { actor: 'user:1', ...(await readMoment(system, zone)) };
  const draft = { customerId, linkSecret: testSecret, kind: 'top_up', amount: 25_00n } as const;
  const { orderId, number } = await transaction(system, (tx) => placeOrder(tx, act, draft));
  return { orderId, number, path: `/o/${orderLink(testSecret, { customerId, orderId })}` };
}

/** Gives back all of the latest invoice of a customer, by a credit note. */
export async function creditAll({ database }: Portal, { customerId }: Person) {
  const { system } = database;
  const act = { actor: 'operator:1', ...(await readMoment(system, zone)) };
  return transaction(system, async (tx) => {
    const { invoice_id: invoiceId, number: invoice } = await tx
      .selectFrom('invoices')
      .select(['invoice_id', 'number'])
      .where('customer_id', '=', customerId)
      .orderBy('invoice_id', 'desc')
      .executeTakeFirstOrThrow();
    const { number } = await creditInvoice(tx, act, { customerId, invoiceId, net: null, reason: 'kindness' });
    return { number, invoice };
  });
}

type Books = { balance: bigint; payments: bigint[] };

/** What the books say of a customer: the balance, and what was really paid, in minor units. */
export async function booksOf({ database }: Portal, { customerId }: Person): Promise<Books> {
  const { system } = database;
  const { balance } = await system
    .selectFrom('accounts')
    .select('balance')
    .where('customer_id', '=', customerId)
    .executeTakeFirstOrThrow();
  const payments = await system.selectFrom('payments').select('amount').where('customer_id', '=', customerId).execute();
  return { balance, payments: payments.map(({ amount }) => amount) };
}

/** Waits until the books say this: what the worker does by itself is done within seconds. */
export async function booked(portal: Portal, person: Person, wanted: Books): Promise<void> {
  await until(`books of ${person.email}`, async () => isDeepStrictEqual(await booksOf(portal, person), wanted));
}

/** The last figures of a table's row, in minor units, once it is there. */
export async function figuresOf(row: Locator, count = 3): Promise<number[]> {
  await row.waitFor();
  const texts = await row.getByRole('cell').allTextContents();
  return texts.slice(-count).map((text) => Number(text.replaceAll(/[^\d-]/g, '')));
}

/** Lets the sandbox's clock jump ahead, for all who live in this portal. */
export async function letTimePass({ database }: Portal, time: { minutes?: number; hours?: number }): Promise<void> {
  const { system } = database;
  await transaction(system, async (tx) => setClock(tx, (await readMoment(tx, zone)).at.add(time)));
}
