import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { startMailCatcher } from '#adapters/mail/catcher.ts';
import { createSmtpMailer } from '#adapters/mail/smtp.ts';
import { changePrices } from '#domain/catalog/change-prices.ts';
import { findPlans } from '#domain/catalog/list.ts';
import { registerCustomers } from '#domain/customers/register.ts';
import { registerSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import { registerUsers } from '#domain/identity/register.ts';
import { type Role, scopes } from '#domain/identity/roles.ts';
import { issueToken } from '#domain/identity/tokens.ts';
import { creditInvoice } from '#domain/invoices/credit.ts';
import { openAccounts } from '#domain/ledger/open.ts';
import { orderLink } from '#domain/orders/link.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { parkCustomer } from '#domain/platforms/park.ts';
import { registerMailboxes, registerPlatforms } from '#domain/platforms/register.ts';
import { morningOf, readClock, setClock } from '#kit/clock.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { testSecret } from '#spec/harness.ts';
import { origin, type TestServer } from '#spec/http/server.ts';
import { assembleEngine } from '#worker/assemble.ts';
import { runDay } from '#worker/run.ts';

export const password = 'correct horse 7';
const zone = 'Europe/Rome';
const day = (text: string) => Temporal.PlainDate.from(text);
export const moment = morningOf(day('2027-03-01'), zone);
export const act: Act = { actor: 'system', ...moment };

/** A customer with one of everything, so that every route has something to show or to refuse. */
export type Neighbour = {
  code: string;
  customerId: bigint;
  platformId: bigint;
  mailboxIds: bigint[];
  addresses: string[];
  invoiceId: bigint;
  creditNoteId: bigint;
  paymentId: bigint;
  orderId: bigint;
  link: string;
  methodId: bigint;
  letterId: bigint;
  people: Record<Role, bigint>;
  tokenId: bigint;
  tokens: { all: string; mailboxes: string; money: string };
};

/**
 * Two customers with the same kinds of things, three operators, a held run and a parked customer, on a business day
 * that has been run: whatever one of them sees of the other is a leak.
 */
export async function buildTown(owner: { after(done: () => Promise<void>): void }, server: TestServer) {
  const { system } = server.database;
  await transaction(system, async (tx) => {
    await setClock(tx, moment.at);
    await furnish(tx);
  });
  const alpha = await settle(server, 'ALPHA');
  const beta = await settle(server, 'BETA');
  const work = await openWorker(owner, server);
  await work();
  for (const neighbour of [alpha, beta]) await trade(server, neighbour);
  await transaction(system, (tx) =>
    parkCustomer(tx, act, { customerId: beta.customerId, process: 'test', reason: 'to see' }),
  );
  await sql`insert into runs (business_on, state, reason, reach_days, started_at)
            values ('2027-02-20', 'held', 'too far back', 9, ${moment.at})`.execute(system);
  await sql`insert into webhooks (provider, event_id, type, kind, ref, received_at, failures, problem)
            values ('stripe', 'evt_bad', 'refund.failed', 'refund', 're_1', ${moment.at}, 3, 'to see')`.execute(system);
  const runId = await one(server, 'select max(run_id) as id from runs');
  const parkingId = await one(server, 'select max(parking_id) as id from parkings');
  const messageId = await one(server, 'select max(message_id) as id from webhooks where problem is not null');
  return { alpha, beta, runId, parkingId, messageId, work };
}

export type Town = Awaited<ReturnType<typeof buildTown>>;

async function furnish(tx: Tx): Promise<void> {
  const address = { street: 'Via Po 1', postalCode: '10123', city: 'Torino', country: 'IT' };
  const papers = {
    vatNumber: 'IT01234567897',
    email: 'billing@seller.example',
    iban: 'IT60X0542811101000000123456',
    bic: '',
  };
  await registerSeller(tx, act, { name: 'Posta Serena', ...address, ...papers, currency: 'EUR', timeZone: zone });
  const price = {
    product: 'exchange',
    plan: 'basic',
    currency: 'EUR',
    monthly: 1000n,
    yearly: 10000n,
    validFrom: day('2020-01-01'),
  };
  await changePrices(tx, act, { rows: [price], reason: 'opening', noticeDays: 0 });
  const staff = ['admin', 'finance', 'support'] as const;
  await registerUsers(
    tx,
    staff.map((operatorRole) => ({
      email: `${operatorRole}@seller.example`,
      name: `The ${operatorRole}`,
      language: 'en',
      password,
      operatorRole,
      now: Temporal.Instant.from('2027-03-01T08:00:00Z'),
    })),
  );
}

async function settle(server: TestServer, code: string): Promise<Neighbour> {
  return transaction(server.database.system, async (tx) => {
    const domain = `${code.toLowerCase()}.example`;
    const registered = {
      code,
      name: `The firm ${code}`,
      email: `office@${domain}`,
      country: 'IT',
      language: 'en',
      currency: 'EUR',
    };
    const customerId = (await registerCustomers(tx, act, [registered])).get(code) as bigint;
    await openAccounts(tx, [{ customerId, currency: 'EUR' }]);
    const people = await registerPeople(tx, customerId, domain);
    const plan = (await findPlans(tx, ['basic'])).get('basic');
    assert(plan);
    const [platformId = 0n] = await registerPlatforms(tx, act, [
      { customerId, name: `hosted-${code}`, productId: plan.productId },
    ]);
    const addresses = ['anna', 'bruno', 'carla'].map((name) => `${name}@${domain}`);
    const common = { customerId, platformId, planId: plan.planId, mode: 'monthly', termMode: 'monthly' } as const;
    const mailboxIds = await registerMailboxes(
      tx,
      act,
      addresses.map((address) => ({ ...common, address, anchorOn: day('2027-02-01'), expiresOn: moment.on })),
    );
    const issue = (wanted: readonly (typeof scopes)[number][]) =>
      issueToken(tx, act, {
        customerId,
        userId: people.admin,
        role: 'admin',
        name: 'robot',
        scopes: wanted,
        expiresAt: null,
        now: Temporal.Now.instant(),
      });
    const all = await issue(scopes);
    const tokens = {
      all: all.token,
      mailboxes: (await issue(['mailboxes:read'])).token,
      money: (await issue(['money:read', 'money:write'])).token,
    };
    const later = { invoiceId: 0n, creditNoteId: 0n, paymentId: 0n, orderId: 0n, link: '', methodId: 0n, letterId: 0n };
    return { code, customerId, platformId, mailboxIds, addresses, people, tokenId: all.token_id, tokens, ...later };
  });
}

async function registerPeople(tx: Tx, customerId: bigint, domain: string): Promise<Record<Role, bigint>> {
  const roles = ['admin', 'billing', 'technical'] as const;
  const now = Temporal.Instant.from('2027-03-01T08:00:00Z');
  const ids = await registerUsers(
    tx,
    roles.map((role) => ({
      ...{ email: `${role}@${domain}`, name: `${role} of ${domain}`, language: 'en', password, now },
      memberships: [{ customerId, role }],
    })),
  );
  return Object.fromEntries(roles.map((role, i) => [role, ids[i]])) as Record<Role, bigint>;
}

/** The business day, with letters that are caught. On 1 March each customer is invoiced 36.60 and, without a method, is in debt by it. */
async function openWorker(owner: { after(done: () => Promise<void>): void }, { database, context }: TestServer) {
  const now = () => moment.at;
  const catcher = await startMailCatcher(database.system, { now, port: 0 });
  const mailer = createSmtpMailer(catcher.url, { now });
  owner.after(async () => {
    await mailer.close();
    await catcher.close();
  });
  const engine = assembleEngine({
    ...{ db: database.system, workers: 1, leaseSeconds: 30, secret: testSecret, publicUrl: origin },
    ...{ mailFrom: 'post@seller.example', providers: context.providers, mailer, provisioning: null },
    tell: (message, details) => assert.fail(`${message} ${JSON.stringify(details, (_, value) => String(value))}`),
  });
  return async () => runDay(engine, await readClock(database.system, zone));
}

/** Money comes in and goes out, so that there are receipts, credit notes, an open order and a pending method. */
async function trade(server: TestServer, neighbour: Neighbour): Promise<void> {
  const { customerId } = neighbour;
  const { database, context } = server;
  const work = <T>(within: (tx: Tx) => Promise<T>) => transaction(database.system, within);
  neighbour.invoiceId = await one(server, `select invoice_id as id from invoices where customer_id = ${customerId}`);
  await work(async (tx) => {
    await recordTransfer(tx, act, {
      customerId,
      orderId: null,
      amount: 5000n,
      reference: `TRF ${customerId}`,
      reason: 'bank',
    });
    const { invoiceId } = neighbour;
    neighbour.creditNoteId = (
      await creditInvoice(tx, act, { customerId, invoiceId, net: 100n, reason: 'kindness' })
    ).creditNoteId;
    const order = await placeOrder(tx, act, { customerId, linkSecret: testSecret, kind: 'top_up', amount: 2000n });
    neighbour.orderId = order.orderId;
    neighbour.link = orderLink(testSecret, { customerId, orderId: order.orderId });
  });
  neighbour.paymentId = await one(
    server,
    `select max(payment_id) as id from payments where customer_id = ${customerId}`,
  );
  neighbour.letterId = await one(server, `select min(letter_id) as id from letters where customer_id = ${customerId}`);
  const start = { customerId, kind: 'card' as const, returnUrl: () => `${origin}/back` };
  neighbour.methodId = (await startMethod({ transact: work, providers: context.providers }, act, start)).methodId;
}

async function one({ database }: TestServer, query: string): Promise<bigint> {
  const { rows } = await sql.raw<{ id: bigint | null }>(query).execute(database.system);
  assert(rows[0]?.id, query);
  return rows[0].id;
}
