import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { changePlan } from '#domain/catalog/change-plan.ts';
import { changePrices } from '#domain/catalog/change-prices.ts';
import { findPlans } from '#domain/catalog/list.ts';
import { changePolicy } from '#domain/customers/change-policy.ts';
import type { WrittenPolicy } from '#domain/customers/policy.ts';
import { registerCustomers } from '#domain/customers/register.ts';
import { getSeller, registerSeller } from '#domain/customers/sellers.ts';
import type { NewCustomer, NewSeller, Seller } from '#domain/customers/types.ts';
import type { Act } from '#domain/events/record.ts';
import { reopenDebts } from '#domain/invoices/reopen.ts';
import { settleDebts } from '#domain/invoices/settle.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { openAccounts } from '#domain/ledger/open.ts';
import { receivePayments } from '#domain/payments/receive.ts';
import { reversePayment } from '#domain/payments/reverse.ts';
import { registerMailboxes, registerPlatforms } from '#domain/platforms/register.ts';
import type { Mode, TermMode } from '#domain/platforms/types.ts';
import { type Clock, morningOf, standing } from '#kit/clock.ts';
import type { Db, Tx } from '#kit/db.ts';
import type { Refusal } from '#kit/errors.ts';
import type { Engine } from '#worker/engine.ts';

/** Worlds for tests, made by the acts that make them in life, so that no test starts from a state that cannot be. */

type Day = Temporal.PlainDate;

export const zone = 'Europe/Rome';
export const day = (text: string): Day => Temporal.PlainDate.from(text);
export const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

/** The run's act at nine in the morning of a day. */
export function actOn(on: string | Day, actor = 'system'): Act {
  return { actor, ...morningOf(day(String(on)), zone) };
}

/** What runProcess wants to know about time. */
export function timeOn(on: string | Day): { clock: Clock; on: Day } {
  const moment = morningOf(day(String(on)), zone);
  return { clock: standing(moment), on: moment.on };
}

/** A day's engine without effects and reactions: the processes alone. */
export function engineOn(db: Db, options: Partial<Engine> = {}): Engine {
  return { db, workers: 2, reactions: new Map(), effects: [], tell: () => {}, ...options };
}

/** The company that sells, at home in Italy unless said otherwise, with the default policy changed by `policy`. */
export async function seller(
  tx: Tx,
  { policy = {}, ...rest }: Partial<NewSeller> & { policy?: Partial<WrittenPolicy> } = {},
): Promise<Seller> {
  const act = actOn('2020-01-01', 'operator:1');
  await registerSeller(tx, act, {
    name: 'Posta Serena S.r.l.',
    street: 'Via Roma 1',
    postalCode: '20100',
    city: 'Milano',
    country: 'IT',
    vatNumber: 'IT01234567890',
    email: 'fatture@example.com',
    iban: 'IT60X0542811101000000123456',
    bic: 'BLOPIT22XXX',
    currency: 'EUR',
    timeZone: zone,
    ...rest,
  });
  await changePolicy(tx, act, { patch: policy, reason: 'a test' });
  return getSeller(tx);
}

export type PlanDraft = {
  monthly?: bigint;
  yearly?: bigint;
  validFrom?: string;
  currency?: string;
  alignment?: 'none' | 'first_of_month';
};

/** A plan of the product `exchange` with a price: 2.99 a month, 29.90 a year since 2020 unless said otherwise. */
export async function plan(tx: Tx, code: string, draft: PlanDraft = {}): Promise<bigint> {
  const act = actOn('2020-01-01', 'operator:1');
  await price(tx, code, draft);
  if (draft.alignment) {
    await changePlan(tx, act, { code, change: { alignment: draft.alignment, reason: 'a test' } });
  }
  const found = (await findPlans(tx, [code])).get(code);
  assert(found);
  return found.planId;
}

/** One more price of a plan, known since 2020. */
export async function price(tx: Tx, code: string, draft: PlanDraft = {}): Promise<void> {
  const { monthly = 299n, yearly = 2990n, validFrom = '2020-01-01', currency = 'EUR' } = draft;
  const row = { product: 'exchange', plan: code, currency, monthly, yearly, validFrom: day(validFrom) };
  await changePrices(tx, actOn('2020-01-01', 'operator:1'), { rows: [row], reason: 'a test', noticeDays: 0 });
}

let made = 0;

/** A new customer with an open account: an Italian firm unless said otherwise. */
export async function customer(tx: Tx, draft: Partial<NewCustomer> = {}): Promise<bigint> {
  const code = draft.code ?? `c${String(++made).padStart(6, '0')}`;
  const row = {
    code,
    name: `Ditta ${code}`,
    email: `${code}@example.com`,
    country: 'IT',
    language: 'it',
    currency: 'EUR',
  };
  const ids = await registerCustomers(tx, actOn('2020-01-01'), [{ ...row, ...draft }]);
  const customerId = ids.get(code);
  assert(customerId);
  await openAccounts(tx, [{ customerId, currency: draft.currency ?? 'EUR' }]);
  return customerId;
}

export type MailboxDraft = {
  plan: bigint;
  mode?: Mode;
  termMode?: TermMode;
  /** The start of the present term, whose day of the month counts all terms. */
  anchorOn: string | Day;
  expiresOn: string | Day;
};

/** A platform with mailboxes that were granted their present term before Rinnovo. */
export async function platformWithMailboxes(
  tx: Tx,
  customerId: bigint,
  mailboxes: readonly MailboxDraft[],
): Promise<{ platformId: bigint; name: string; mailboxIds: bigint[] }> {
  const act = actOn('2020-01-01');
  const { productId } = await productOf(tx);
  const name = `hosted-${++made}`;
  const [platformId] = await registerPlatforms(tx, act, [{ customerId, name, productId }]);
  assert(platformId);
  const drafts = mailboxes.map((draft, i) =>
    rowOf(draft, { customerId, platformId, address: `m${i}@${name}.example.com` }),
  );
  return { platformId, name, mailboxIds: await registerMailboxes(tx, act, drafts) };
}

/** Many customers at once, each with a platform of mailboxes like `mailboxes`; returns the customers' ids. */
export async function crowd(
  tx: Tx,
  count: number,
  shape: { mailboxes: readonly MailboxDraft[]; countries?: readonly string[] },
): Promise<bigint[]> {
  const act = actOn('2020-01-01');
  const { mailboxes, countries = ['IT'] } = shape;
  const rows = Array.from({ length: count }, (_, i) => {
    const code = `c${String(++made).padStart(6, '0')}`;
    const country = countries[i % countries.length] ?? 'IT';
    return { code, name: code, email: `${code}@example.com`, country, language: 'it', currency: 'EUR' };
  });
  const customerIds = [...(await registerCustomers(tx, act, rows)).values()].toSorted((a, b) => Number(a - b));
  await openAccounts(
    tx,
    customerIds.map((customerId) => ({ customerId, currency: 'EUR' })),
  );
  const { productId } = await productOf(tx);
  const platforms = customerIds.map((customerId) => ({ customerId, name: `hosted-${++made}`, productId }));
  const platformIds = await registerPlatforms(tx, act, platforms);
  const drafts = platforms.flatMap(({ customerId, name }, i) =>
    mailboxes.map((draft, j) =>
      rowOf(draft, { customerId, platformId: platformIds[i] ?? 0n, address: `m${j}@${name}.example.com` }),
    ),
  );
  await registerMailboxes(tx, act, drafts);
  return customerIds;
}

async function productOf(tx: Tx): Promise<{ productId: bigint }> {
  const { rows } = await sql<{ productId: bigint }>`
    select product_id as "productId" from products where code = 'exchange'`.execute(tx);
  assert(rows[0], 'make a plan first');
  return rows[0];
}

function rowOf(draft: MailboxDraft, place: { customerId: bigint; platformId: bigint; address: string }) {
  const { mode = 'monthly', termMode = mode === 'none' ? 'monthly' : mode } = draft;
  const days = { anchorOn: day(String(draft.anchorOn)), expiresOn: day(String(draft.expiresOn)) };
  return { ...place, planId: draft.plan, mode, termMode, ...days };
}

/** Money that comes in through the bank, spent on open debts, oldest first (R4). `surplus` is the free credit it left. */
export async function pay(
  tx: Tx,
  act: Act,
  { customerId, amount }: { customerId: bigint; amount: bigint },
): Promise<{ paymentId: bigint; surplus: bigint }> {
  const { currency } = await lockAccount(tx, customerId);
  const none = { chargeId: null, orderId: null, note: '' };
  const draft = {
    customerId,
    provider: 'bank' as const,
    providerRef: `transfer ${++made}`,
    amount,
    currency,
    ...none,
  };
  const [payment] = await receivePayments(tx, act, [draft]);
  assert(payment);
  const surplus = await settleDebts(tx, act, [{ customerId, amount, source: 'payment' }]);
  return { paymentId: payment.paymentId, surplus: surplus.get(customerId) ?? 0n };
}

/** Money that the payer's bank takes back: it leaves the account, and what it paid is owed again (R2). */
export async function takeBack(
  tx: Tx,
  act: Act,
  { customerId, paymentId, amount }: { customerId: bigint; paymentId: bigint; amount: bigint },
): Promise<void> {
  await lockAccount(tx, customerId);
  await reversePayment(tx, act, { customerId, paymentId, taken: amount, reference: `dispute ${++made}` });
  await reopenDebts(tx, act, [customerId]);
}

/** The code with which an act was refused. */
export async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const refusal = await attempt.then(
    () => assert.fail('was not refused'),
    (error: Refusal) => error,
  );
  if (refusal.name !== 'Refusal') throw refusal;
  return refusal.code;
}

/** Runs in a transaction that leaves nothing behind, so that tests of one file do not see each other. */
export async function inVain(db: Db, work: (tx: Tx) => Promise<void>): Promise<void> {
  const undo = new Error('undo');
  const attempt = db.transaction().execute(async (tx) => {
    await work(tx);
    // What is checked at the commit is checked here.
    await sql`set constraints all immediate`.execute(tx);
    throw undo;
  });
  await assert.rejects(attempt, (error) => {
    if (error !== undo) throw error;
    return true;
  });
}
