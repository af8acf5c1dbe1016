import assert from 'node:assert/strict';
import { Temporal } from 'temporal-polyfill';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import type { SandboxCard } from '#adapters/payments/sandbox-cards.ts';
import { sandboxCards } from '#adapters/payments/sandbox-cards.ts';
import type { Act } from '#domain/events/record.ts';
import { registerUsers } from '#domain/identity/register.ts';
import type { Role } from '#domain/identity/roles.ts';
import { registerMailboxes, registerPlatforms } from '#domain/platforms/register.ts';
import type { Mode } from '#domain/platforms/types.ts';
import { readMoment } from '#kit/clock.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { customer, day, zone } from '#spec/build.ts';
import { firstDay, type Portal } from './_portal.ts';
import { until } from './_visit.ts';

/** Somebody with a login, who administers, if nothing else is said, one customer with one platform. */
export type Person = {
  name: string;
  email: string;
  password: string;
  language: Language;
  customerId: bigint;
  platform: string;
  platformId: bigint;
  address: (box: string) => string;
};

export type Language = 'it' | 'en';

type Draft = {
  language?: Language;
  role?: Role;
  mailboxes?: Record<string, Mode>;
  /** Mailboxes whose term ends today: the worker renews them within a second, or suspends what is in mode none. */
  due?: Record<string, Mode>;
  cards?: readonly SandboxCard[];
};

const password = 'correct horse 7';

let made = 0;

/** A customer whose mailboxes have a term until the first of April (monthly) or of September (yearly). */
export async function createPerson({ database }: Portal, name: string, draft: Draft = {}): Promise<Person> {
  const { language = 'it', role = 'admin', mailboxes = {}, due = {}, cards = [] } = draft;
  const { system } = database;
  const code = `${name.toLowerCase()}${++made}`;
  const email = `${code}@example.com`;
  const domain = `${code}.example`;
  const platform = `hosted-${code}-1`;
  const act = { actor: 'operator:1', ...(await readMoment(system, zone)) };
  return transaction(system, async (tx): Promise<Person> => {
    const customerId = await customer(tx, { code, name: `Ditta ${name}`, email, language });
    const membership = { customerId, role };
    const login = { email, name: `${name} Rossi`, language, password, memberships: [membership] };
    await registerUsers(tx, [{ ...login, now: Temporal.Now.instant() }]);
    const { productId, planId } = await tx
      .selectFrom('plans')
      .select(['product_id as productId', 'plan_id as planId'])
      .where('code', '=', 'exchange-2016')
      .executeTakeFirstOrThrow();
    const [platformId] = await registerPlatforms(tx, act, [{ customerId, name: platform, productId }]);
    assert(platformId);
    const boxes = [
      ...Object.entries(mailboxes).map(([box, mode]) => ({ box, mode, ...laterTerm(mode) })),
      ...Object.entries(due).map(([box, mode]) => ({ box, mode, ...termUntilToday })),
    ].map(({ box, ...rest }) => {
      const termMode = rest.mode === 'yearly' ? rest.mode : ('monthly' as const);
      return { customerId, platformId, planId, address: `${box}@${domain}`, termMode, ...rest };
    });
    // First the methods, so that what is due at once finds them.
    await addCards(tx, act, { customerId, cards });
    if (boxes.length > 0) await registerMailboxes(tx, act, boxes);
    const address = (box: string) => `${box}@${domain}`;
    return { name, email, password, language, customerId, platform, platformId, address };
  });
}

const termUntilToday = { anchorOn: day('2027-02-10'), expiresOn: day(firstDay) };

function laterTerm(mode: Mode) {
  return mode === 'yearly'
    ? { anchorOn: day('2026-09-01'), expiresOn: day('2027-09-01') }
    : { anchorOn: day('2027-03-01'), expiresOn: day('2027-04-01') };
}

/** Valid methods as if they had been registered, the first the default, the others backups in this order. */
async function addCards(
  tx: Tx,
  { at }: Act,
  draft: { customerId: bigint; cards: readonly SandboxCard[] },
): Promise<void> {
  const { customerId, cards } = draft;
  const provider = createSandboxProvider(tx, { now: () => at, pagesUrl: 'http://nowhere.example' });
  for (const [i, card] of cards.entries()) {
    const token = await provider.registerTestMethod(card);
    const { kind, brand, lastFour } = sandboxCards[card];
    const known = { provider: 'sandbox', provider_ref: token, token, kind, brand, last_four: lastFour, state: 'valid' };
    const place = { is_default: i === 0, backup_rank: i === 0 ? null : i, registered_at: at };
    await tx
      .insertInto('payment_methods')
      .values({ customer_id: customerId, ...known, ...place })
      .execute();
  }
}

/** Waits until the worker has suspended a mailbox whose term is over. */
export async function suspended({ database }: Portal, { customerId, address }: Person, box: string): Promise<void> {
  const mailbox = database.system.selectFrom('mailboxes').select('suspended_at').where('customer_id', '=', customerId);
  const own = mailbox.where('address', '=', address(box));
  await until(`${address(box)} to be suspended`, async () => (await own.executeTakeFirst())?.suspended_at != null);
}
