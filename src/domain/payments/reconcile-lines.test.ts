import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { compare, compared } from '#domain/payments/_reconcile-lines.ts';
import { addCustomer, openShop, type Shop } from '#spec/shop.ts';

/** A step of the database's plan, with what it read. */
type Step = {
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Step[];
};

const old = 5_000;

/** Years of payments, refunds and payouts that the provider's statement told of as well, and one payment of this night. */
async function fillBooks(shop: Shop): Promise<void> {
  const { customerId } = await addCustomer(shop);
  const { at, on } = shop.moment();
  await sql`
    insert into payments (customer_id, payment_id, provider, provider_ref, amount, currency, received_at, received_on, recorded_by)
    select ${customerId}::bigint, n, 'stripe', 'pi_' || n, 100, 'EUR', ${at}::timestamptz - make_interval(hours => n - 1), ${on}::date, 'test'
      from generate_series(1, ${old}::int) n`.execute(shop.db);
  await sql`
    insert into refunds (customer_id, payment_id, amount, currency, state, reason, requested_by, provider_ref, created_at, finished_at)
    select customer_id, payment_id, 1, 'EUR', 'succeeded', 'asked for', 'test', 're_' || payment_id, received_at, received_at
      from payments`.execute(shop.db);
  await sql`
    insert into provider_transfers (reference, debit, credit, amount, currency, posted_at)
    select 'stripe:payout:po_' || payment_id, 'bank', 'clearing:stripe', 5, 'EUR', received_at from payments`.execute(
    shop.db,
  );
  await sql`
    insert into statement_lines (provider, ref, kind, amount, currency, at)
    select 'stripe', 'pi_' || payment_id, 'charge', 100, 'EUR', received_at from payments
     union all select 'stripe', 're_' || payment_id, 'refund', -1, 'EUR', received_at from payments
     union all select 'stripe', 'po_' || payment_id, 'payout', -5, 'EUR', received_at from payments`.execute(shop.db);
  const client = new pg.Client({ connectionString: shop.ownerUrl });
  await client.connect();
  await client.query('analyze payments, refunds, provider_transfers, statement_lines');
  await client.end();
}

test('a night is compared by its days and references, however much was ever paid', async (t) => {
  const shop = await openShop(t);
  await fillBooks(shop);
  const { at } = shop.moment();
  const window = { from: at.subtract({ hours: 24 }), to: at };
  const { rows } = await sql<{ 'QUERY PLAN': { Plan: Step }[] }>`
    explain (analyze, format json) ${compared('stripe', window)}`.execute(shop.db);
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  assert(plan);
  const read = rowsRead(plan);
  assert.deepEqual(
    [...read].filter(([, rows]) => rows > 300),
    [],
  );
  assert.deepEqual(await compare(shop.db, 'stripe', window), { matched: 72n, differences: [] });
});

test('nothing on either side is no difference', async (t) => {
  const { db, moment } = await openShop(t);
  const window = { from: moment().at.subtract({ hours: 24 }), to: moment().at };
  assert.deepEqual(await compare(db, 'stripe', window), { matched: 0n, differences: [] });
});

/** How many rows of each table were looked at. */
function rowsRead(step: Step, read = new Map<string, number>()): Map<string, number> {
  const table = step['Relation Name'];
  const rows = (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops'];
  if (table) read.set(table, (read.get(table) ?? 0) + rows);
  for (const below of step.Plans ?? []) rowsRead(below, read);
  return read;
}
