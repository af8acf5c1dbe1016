import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import type { SandboxCard } from '#adapters/payments/sandbox-cards.ts';
import { registerCustomers } from '#domain/customers/register.ts';
import { openAccounts } from '#domain/ledger/open.ts';
import { registerMailboxes, registerPlatforms } from '#domain/platforms/register.ts';
import { morningOf, setClock } from '#kit/clock.ts';
import { type Db, type Tx, transaction } from '#kit/db.ts';
import { actOn, day, pay, plan, seller, zone } from '#spec/build.ts';

/** The first and the last day of a storm: every mailbox is due once in between, and the first deadlines pass. */
export const firstDay = day('2027-03-01');
export const days = Array.from({ length: 10 }, (_, i) => firstDay.add({ days: i }));

const size = 60;
const eve = actOn('2027-02-28');

/**
 * A small town of customers, as they come: some with a good card, with a card that has no money, with a stolen one and a
 * backup, with one whose answers get lost, some without; a few with credit. Each has three mailboxes due on other days.
 */
export async function buildTown(db: Db): Promise<void> {
  const provider = createSandboxProvider(db, { now: () => eve.at, pagesUrl: 'https://provider.example' });
  const cards = await Promise.all(
    Array.from({ length: size }, (_, i) => Promise.all(cardsOf(i).map((card) => provider.registerTestMethod(card)))),
  );
  await transaction(db, async (tx) => {
    await setClock(tx, morningOf(firstDay, zone).at);
    await seller(tx);
    const planId = await plan(tx, 'exchange-2016');
    const customerIds = await insertCustomers(tx);
    for (const [i, customerId] of customerIds.entries()) {
      for (const [rank, token] of (cards[i] as string[]).entries()) await insertCard(tx, { customerId, token, rank });
      if (i % 5 === 0) await pay(tx, eve, { customerId, amount: 20_00n });
    }
    await insertMailboxes(tx, { customerIds, planId });
  });
}

function cardsOf(i: number): SandboxCard[] {
  const kinds: SandboxCard[][] = [
    ['success'],
    ['insufficient_funds'],
    [],
    ['stolen_card', 'success'],
    ['timeout_after'],
    ['paypal'],
  ];
  return kinds[i % kinds.length] as SandboxCard[];
}

async function insertCustomers(tx: Tx): Promise<bigint[]> {
  const rows = Array.from({ length: size }, (_, i) => {
    const code = `S${String(i).padStart(3, '0')}`;
    const rest = { country: 'IT', language: i % 2 === 0 ? 'it' : 'en', currency: 'EUR' };
    return { code, name: code, email: `${code.toLowerCase()}@example.com`, ...rest };
  });
  const ids = await registerCustomers(tx, eve, rows);
  const customerIds = rows.map((row) => ids.get(row.code) as bigint);
  await openAccounts(
    tx,
    customerIds.map((customerId) => ({ customerId, currency: 'EUR' })),
  );
  return customerIds;
}

async function insertCard(tx: Tx, card: { customerId: bigint; token: string; rank: number }): Promise<void> {
  await sql`
    insert into payment_methods (customer_id, provider, kind, state, provider_ref, token, is_default, backup_rank, registered_at)
    values (${card.customerId}, 'sandbox', 'card', 'valid', 'test', ${card.token}, ${card.rank === 0}, ${card.rank || null}, ${eve.at})`.execute(
    tx,
  );
}

async function insertMailboxes(tx: Tx, { customerIds, planId }: { customerIds: bigint[]; planId: bigint }) {
  const { rows } = await sql<{ product_id: bigint }>`select product_id from products`.execute(tx);
  const productId = rows[0]?.product_id;
  assert(productId);
  const drafts = customerIds.map((customerId, i) => ({ customerId, name: `hosted-${i}`, productId }));
  const platformIds = await registerPlatforms(tx, eve, drafts);
  const modes = ['monthly', 'yearly', 'none'] as const;
  await registerMailboxes(
    tx,
    eve,
    customerIds.flatMap((customerId, i) =>
      [0, 1, 2].map((k) => {
        const mode = modes[(i + k) % 3] as (typeof modes)[number];
        const expiresOn = firstDay.add({ days: (i * 7 + k * 3) % 9 });
        const termMode = mode === 'none' ? ('monthly' as const) : mode;
        const anchorOn = expiresOn.subtract(termMode === 'yearly' ? { years: 1 } : { months: 1 });
        const address = `m${k}@s${i}.example`;
        return {
          customerId,
          platformId: platformIds[i] as bigint,
          planId,
          address,
          mode,
          termMode,
          anchorOn,
          expiresOn,
        };
      }),
    ),
  );
}
