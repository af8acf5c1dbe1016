import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { createSandboxProvider, type SandboxOptions } from '#adapters/payments/sandbox.ts';
import type { SandboxCard } from '#adapters/payments/sandbox-cards.ts';
import { createSandboxPages } from '#adapters/payments/sandbox-pages.ts';
import { changePrices } from '#domain/catalog/change-prices.ts';
import { findPlans } from '#domain/catalog/list.ts';
import { registerCustomers } from '#domain/customers/register.ts';
import { registerSeller } from '#domain/customers/sellers.ts';
import { closeCollections, collectDebts, collectInvoices } from '#domain/dunning/collection.ts';
import { liftSettled } from '#domain/dunning/lift.ts';
import type { Reaction } from '#domain/events/reaction.ts';
import type { Act } from '#domain/events/record.ts';
import type { EventType } from '#domain/events/types.ts';
import { openAccounts } from '#domain/ledger/open.ts';
import { concludeCharges, concludeRefunds } from '#domain/orders/conclude.ts';
import { withdrawStaleSettlements } from '#domain/orders/sync-settlement.ts';
import { methodChecksEffects } from '#domain/payments/check-methods.ts';
import { chargesEffects } from '#domain/payments/drive.ts';
import type { PaymentProvider } from '#domain/payments/provider.ts';
import { refundsEffect } from '#domain/payments/refund.ts';
import { registerMailboxes, registerPlatforms } from '#domain/platforms/register.ts';
import type { Mode } from '#domain/platforms/types.ts';
import { judgeAgain } from '#domain/renewals/judge-methods.ts';
import { lookAgainAfter } from '#domain/renewals/looks.ts';
import { type Moment, morningOf } from '#kit/clock.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { freshDatabase } from '#spec/harness.ts';
import type { Engine } from '#worker/engine.ts';
import { runDay } from '#worker/run.ts';
import { verifyAll } from '#worker/verify.ts';

export const shopZone = 'Europe/Rome';
export const linkSecret = 'a secret for links';
export const day = (text: string) => Temporal.PlainDate.from(text);

/**
 * A seller with one product (`exchange`: plan `basic` at 10.00 a month and 100.00 a year, Italian VAT), the sandbox
 * provider and the business day, on a database of its own. Letters and provisioning are not part of it.
 */
export async function openShop(owner: { after(done: () => Promise<void>): void }, startsOn = '2027-03-01') {
  const { system: db, api, ownerUrl } = await freshDatabase(owner);
  let moment = morningOf(day(startsOn), shopZone);
  const wire: { fault?: SandboxOptions['fault'] } = {};
  const now = () => moment.at;
  const fault: SandboxOptions['fault'] = (operation, subject) => wire.fault?.(operation, subject);
  const provider = createSandboxProvider(db, { now, pagesUrl: 'http://pages.test', fault });
  const pages = createSandboxPages(db, { now });
  const providers: { sandbox: PaymentProvider; stripe?: PaymentProvider; paypal?: PaymentProvider } = {
    sandbox: provider,
  };
  const told: { message: string; details: object }[] = [];
  const tell: Engine['tell'] = (message, details) => told.push({ message, details });
  const fail = async (_: Act, customerId: bigint, error: unknown) =>
    tell('money could not be booked', { customerId, error });
  const desk = { db, providers, leaseSeconds: 30, fail };
  const conclude = async (tx: Tx, act: Act, outcomes: Parameters<typeof concludeCharges>[2]) =>
    closeCollections(tx, await concludeCharges(tx, act, outcomes));
  const effects = [
    ...chargesEffects({ ...desk, conclude }),
    refundsEffect({ ...desk, conclude: concludeRefunds }),
    ...methodChecksEffects({ ...desk, tell }),
  ];
  const engine: Engine = { db, workers: 2, reactions, effects, tell };
  const act = (actor = 'user:1'): Act => ({ actor, ...moment });
  const within = <T>(work: (tx: Tx) => Promise<T>) => transaction(db, work);
  await within((tx) => furnish(tx, act('operator:1')));
  const shop = { db, api, ownerUrl, provider, providers, pages, wire, told, engine, act, within };
  /** The business day, until nothing is due. */
  const work = () => runDay(engine, () => moment);
  return {
    ...shop,
    desk: { transact: within, providers },
    moment: () => moment,
    /** Lets time pass without anybody working. */
    setTime: (to: Temporal.Instant | string) => {
      const at = typeof to === 'string' ? morningOf(day(to), shopZone).at : to;
      moment = { at, on: at.toZonedDateTimeISO(shopZone).toPlainDate() } satisfies Moment;
    },
    work,
    /** Lets days pass up to this one, each with its business day at nine. */
    live: async (until: string) => {
      for (
        let on = moment.on.add({ days: 1 });
        Temporal.PlainDate.compare(on, day(until)) <= 0;
        on = on.add({ days: 1 })
      ) {
        moment = morningOf(on, shopZone);
        await work();
      }
    },
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;

const reactions = new Map<EventType, Reaction[]>([
  ['invoices.issued', [collectInvoices, withdrawStaleSettlements]],
  ['invoices.settled', [liftSettled, withdrawStaleSettlements]],
  ['methods.registered', [collectDebts]],
  ['debts.reopened', [collectDebts]],
  ['methods.failed', [judgeAgain]],
  ['mailboxes.modes_changed', [lookAgainAfter]],
]);

let customers = 0;

/** A customer with a platform; `cards` become valid methods, the first the default, the others backups in this order. */
export async function addCustomer(shop: Shop, cards: readonly SandboxCard[] = []) {
  const code = `C${++customers}`;
  const customerId = await shop.within(async (tx) => {
    const customer = { code, name: code, email: `${code}@example.com`, country: 'IT', language: 'it', currency: 'EUR' };
    const ids = await registerCustomers(tx, shop.act(), [customer]);
    const id = ids.get(code) as bigint;
    await openAccounts(tx, [{ customerId: id, currency: 'EUR' }]);
    return id;
  });
  const { productId } = await basicPlan(shop);
  const [platformId] = await shop.within((tx) =>
    registerPlatforms(tx, shop.act(), [{ customerId, name: `hosted-${code}`, productId }]),
  );
  const methodIds: bigint[] = [];
  for (const [i, card] of cards.entries()) methodIds.push(await addMethod(shop, { customerId, card, rank: i }));
  return { customerId, code, platformId: platformId as bigint, methodIds };
}

export type ShopCustomer = Awaited<ReturnType<typeof addCustomer>>;

/** A valid method as if it had been registered; rank 0 is the default, null neither default nor backup. */
export async function addMethod(
  shop: Shop,
  method: { customerId: bigint; card: SandboxCard; rank: number | null },
): Promise<bigint> {
  const token = await shop.provider.registerTestMethod(method.card);
  return shop.within(async (tx) => {
    const [methodId] = await nextIds(tx, 1);
    await sql`
      insert into payment_methods (customer_id, method_id, provider, kind, state, provider_ref, token, is_default, backup_rank, registered_at)
      values (${method.customerId}, ${methodId}, 'sandbox', ${method.card.startsWith('paypal') ? 'paypal' : 'card'}, 'valid', 'test',
              ${token}, ${method.rank === 0}, ${method.rank || null}, ${shop.act().at})`.execute(tx);
    return methodId as bigint;
  });
}

/** Has PayPal accounts taken by a provider of its own, which does as the sandbox does unless `changes` says otherwise. */
export function splitPaypal({ provider, providers }: Shop, changes: Partial<PaymentProvider> = {}): void {
  providers.sandbox = { ...provider, kinds: ['card'] };
  providers.paypal = { ...provider, name: 'paypal', kinds: ['paypal'], ...changes };
}

/** A mailbox bought elsewhere for a month that is over on `expiresOn`: then it costs 12.20 with VAT. */
export async function addMailbox(
  shop: Shop,
  { customerId, platformId }: ShopCustomer,
  expiresOn: string,
  mode: Mode = 'monthly',
): Promise<bigint> {
  const plan = await basicPlan(shop);
  const expiry = day(expiresOn);
  const draft = {
    customerId,
    platformId,
    planId: plan.planId,
    address: `m${++customers}@example.com`,
    mode,
    termMode: 'monthly' as const,
  };
  const [mailboxId] = await shop.within((tx) =>
    registerMailboxes(tx, shop.act(), [{ ...draft, anchorOn: expiry.subtract({ months: 1 }), expiresOn: expiry }]),
  );
  return mailboxId as bigint;
}

export async function balanceOf(shop: Shop, customerId: bigint): Promise<bigint> {
  const { rows } = await sql<{
    balance: bigint;
  }>`select balance from accounts where customer_id = ${customerId}`.execute(shop.db);
  return rows[0]?.balance ?? 0n;
}

/** The charges of a customer, oldest first, as `state code` (`declined insufficient_funds`). */
export async function chargesOf(shop: Shop, customerId: bigint): Promise<string[]> {
  const { rows } = await sql<{ state: string; code: string | null }>`
    select state, decline_code as code from charges where customer_id = ${customerId} order by charge_id`.execute(
    shop.db,
  );
  return rows.map(({ state, code }) => (code ? `${state} ${code}` : state));
}

/** The types of the facts recorded of a customer, oldest first, from the named ones. */
export async function eventsOf(
  shop: Shop,
  customerId: bigint,
  ...types: EventType[]
): Promise<{ type: string; on: string; data: Record<string, unknown> }[]> {
  const { rows } = await sql<{ type: string; at: Temporal.Instant; data: Record<string, unknown> }>`
    select type, at, data from events where customer_id = ${customerId} and type = any(${types}::text[]) order by event_id`.execute(
    shop.db,
  );
  return rows.map(({ type, at, data }) => ({
    type,
    on: at.toZonedDateTimeISO(shopZone).toPlainDate().toString(),
    data,
  }));
}

/** How many movements of money the provider booked for these customers, and how much they came to. */
export async function takenBy(shop: Shop, customerId: bigint): Promise<{ count: number; amount: bigint }> {
  const { rows } = await sql<{ count: number; amount: bigint }>`
    select count(*)::int as count, coalesce(sum(m.amount), 0)::bigint as amount
      from sandbox.movements m join sandbox.charges c on c.ref = m.charge_ref
     where m.kind = 'charge' and c.owner = ${String(customerId)}`.execute(shop.db);
  return rows[0] ?? { count: 0, amount: 0n };
}

/** Pays on the provider's page whose address the payer was given. */
export async function payOnPage(shop: Shop, url: string, card: SandboxCard = 'success'): Promise<void> {
  const path = url.replace('http://pages.test', '');
  const answer = await shop.pages({ method: 'POST', path, language: 'en', form: { card, expiry: '12/40' } });
  assert.ok(answer.status < 400, `the page answered ${answer.status}`);
}

/** Makes every charge that waits for its next question due now, as a webhook would. */
export async function hintAll(shop: Shop): Promise<void> {
  await sql`update charges set next_check_at = ${shop.moment().at} where next_check_at is not null`.execute(shop.db);
}

// Nobody here writes letters or follows up on the mail platform.
const notInTheShop = new Set(['mail_platforms_follow']);

/** Every promise about the books still holds. */
export async function verifyShop(shop: Shop): Promise<void> {
  const findings = await verifyAll(shop.db, shop.moment());
  const broken = findings.filter((finding) => finding.violations > 0n && !notInTheShop.has(finding.name));
  assert.deepEqual(broken, []);
}

async function basicPlan(shop: Shop) {
  const plan = (await findPlans(shop.db, ['basic'])).get('basic');
  assert(plan);
  return plan;
}

async function furnish(tx: Tx, act: Act): Promise<void> {
  const address = { street: 'Via Po 1', postalCode: '10123', city: 'Torino', country: 'IT' };
  const papers = { vatNumber: 'IT01234567897', email: 'billing@example.com', iban: '', bic: '' };
  await registerSeller(tx, act, { name: 'Posta', ...address, ...papers, currency: 'EUR', timeZone: shopZone });
  const price = {
    product: 'exchange',
    plan: 'basic',
    currency: 'EUR',
    monthly: 1000n,
    yearly: 10000n,
    validFrom: day('2020-01-01'),
  };
  await changePrices(tx, act, { rows: [price], reason: 'opening', noticeDays: 0 });
}
