import assert from 'node:assert/strict';
import { TOTP } from 'otpauth';
import { Temporal } from 'temporal-polyfill';
import { registerUsers } from '#domain/identity/register.ts';
import { orderLink } from '#domain/orders/link.ts';
import { type OrderRequest, placeOrder } from '#domain/orders/place.ts';
import { withdrawOrder } from '#domain/orders/withdraw.ts';
import { readMoment } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { zone } from '#spec/build.ts';
import { testSecret } from '#spec/harness.ts';
import type { Person } from './_people.ts';
import type { Portal } from './_portal.ts';
import { until } from './_visit.ts';

/** The logins that the greeting of a demo company tells. */
export function loginsIn(greeting: string): [email: string, password: string][] {
  return [...greeting.matchAll(/^ *(\S+@\S+) +(\S+)/gm)].map(([, email = '', password = '']) => [email, password]);
}

/** Orders of a demo customer, one in each state there is: where they stand, and where their links lead. */
export type Orders = Record<'open' | 'mailboxes' | 'paid' | 'expired' | 'withdrawn', { page: string; link: string }>;

/** Makes what the demo company has not: an order to top up and one for mailboxes, one that expired, one withdrawn. */
export async function ordersOf(portal: Portal, code: string): Promise<Orders> {
  const { system } = portal.database;
  const customerId = await customerOf(portal, code);
  const act = { actor: 'system', ...(await readMoment(system, zone)) };
  const longAgo = { ...act, at: act.at.subtract({ hours: 20 * 24 }), on: act.on.subtract({ days: 20 }) };
  const place = (request: OrderRequest, when = act) => transaction(system, (tx) => placeOrder(tx, when, request));
  const owner = { customerId, linkSecret: testSecret };
  const topUp = { ...owner, kind: 'top_up', amount: 60_00n } as const;
  const line = { platformId: await platformOf(portal, code), plan: 'exchange-2016', mode: 'yearly' } as const;
  const lines = ['ordini', 'reclami'].map((box) => ({ ...line, address: `${box}@${code}.example` }));
  const expired = await place(topUp, longAgo);
  const withdrawn = await place(topUp);
  await transaction(system, (tx) =>
    withdrawOrder(tx, act, { customerId, orderId: withdrawn.orderId, reason: 'a screen' }),
  );
  const mailboxes = await place({ ...owner, kind: 'mailboxes', lines });
  const open = await place(topUp);
  const own = system
    .selectFrom('orders')
    .select(['order_id as orderId', 'state'])
    .where('customer_id', '=', customerId);
  const paid = await own.where('state', '=', 'paid').executeTakeFirstOrThrow();
  const overdue = own.where('order_id', '=', expired.orderId);
  await until('an order to expire', async () => (await overdue.executeTakeFirstOrThrow()).state === 'expired');
  const places = ({ orderId }: { orderId: bigint }) => ({
    page: `/billing/orders/${orderId}`,
    link: `/o/${orderLink(testSecret, { customerId, orderId })}`,
  });
  return {
    open: places(open),
    mailboxes: places(mailboxes),
    paid: places(paid),
    expired: places(expired),
    withdrawn: places(withdrawn),
  };
}

/** The first platform of a demo customer. */
export async function platformOf(portal: Portal, code: string): Promise<bigint> {
  const platforms = portal.database.system.selectFrom('platforms').select('platform_id as id');
  const own = platforms.where('customer_id', '=', await customerOf(portal, code)).orderBy('platform_id');
  return (await own.executeTakeFirstOrThrow()).id;
}

/** The latest invoice of a demo customer. */
export async function invoiceOf(portal: Portal, code: string): Promise<bigint> {
  const invoices = portal.database.system.selectFrom('invoices').select('invoice_id as id');
  const own = invoices.where('customer_id', '=', await customerOf(portal, code)).orderBy('invoice_id', 'desc');
  return (await own.executeTakeFirstOrThrow()).id;
}

/** The letter that told a demo customer what is owed. */
export async function debtLetterOf(portal: Portal, code: string): Promise<bigint> {
  const letters = portal.database.system.selectFrom('letters').select('letter_id as id').where('kind', '=', 'debt');
  const own = letters.where('customer_id', '=', await customerOf(portal, code)).orderBy('letter_id', 'desc');
  return (await own.executeTakeFirstOrThrow()).id;
}

/** Gives a login a second factor. */
export async function lock({ browser, url }: Portal, { email, password }: Person): Promise<void> {
  const context = await browser.newContext({ baseURL: url });
  const { request } = context;
  await request.post('/v1/sessions', { data: { email, password } });
  const begun = await request.post('/v1/me/second-factor', { data: {} });
  const { secret } = (await begun.json()) as { secret: string };
  const confirmed = await request.put('/v1/me/second-factor', { data: { code: new TOTP({ secret }).generate() } });
  assert.equal(confirmed.status(), 200, await confirmed.text());
  await context.close();
}

async function customerOf({ database }: Portal, code: string): Promise<bigint> {
  const customers = database.system.selectFrom('customers').select('customer_id as id').where('code', '=', code);
  return (await customers.executeTakeFirstOrThrow()).id;
}

/** Somebody who has a passkey, on a device that is not here. */
export async function createKeeper({ database }: Portal): Promise<{ email: string; password: string }> {
  const login = { email: 'marta@agenzia-neri.example', password: 'correct horse 7' };
  const now = Temporal.Now.instant();
  const person = { ...login, name: 'Marta Neri', language: 'it', now };
  await transaction(database.system, async (tx) => {
    const [user_id = 0n] = await registerUsers(tx, [person]);
    const key = { credential_id: 'elsewhere', public_key: Buffer.alloc(1), counter: 0n, transports: [] };
    await tx
      .insertInto('passkeys')
      .values({ user_id, name: 'Portatile', created_at: now, ...key })
      .execute();
  });
  return login;
}
