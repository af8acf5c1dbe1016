import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { issueInvoices } from '#domain/invoices/issue.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { actOn, crowd, plan, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';

const { system: db } = await freshDatabase({ after });
const rounds = 12;
// Each batch has customers of its own: what is proved here is what happens on the counter they share.
const lanes: bigint[][] = [];
before(() =>
  transaction(db, async (tx) => {
    await seller(tx);
    await plan(tx, 'basic');
    const ids = await crowd(tx, 60, { mailboxes: [] });
    for (let from = 0; from < ids.length; from += 6) lanes.push(ids.slice(from, from + 6));
  }),
);

type Batch = { size: number; fate: 'commits' | 'fails before' | 'fails after' };

const batch: fc.Arbitrary<Batch> = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  fate: fc.constantFrom('commits', 'commits', 'commits', 'fails before', 'fails after'),
});

const broken = new Error('the plug was pulled');

test('document numbers are 1 to n in date order, none missing and none twice, however batches overlap and fail', async () => {
  let on = actOn('2027-12-25').on;
  const issued = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 10 }), async (batches) => {
      // Days go on over the examples and across the new year, as they do in life.
      on = on.add({ days: 1 });
      const done = await Promise.all(batches.map((each, lane) => attempt(each, { on: String(on), lane })));
      const total = done.reduce((sum, count) => sum + count, 0);
      issued.set(on.year, (issued.get(on.year) ?? 0) + total);
      await assertNumbers(issued);
    }),
    { numRuns: rounds, endOnFailure: true },
  );
  assert.deepEqual([...issued.keys()], [2027, 2028]);
});

async function attempt({ size, fate }: Batch, { on, lane }: { on: string; lane: number }): Promise<number> {
  const customers = (lanes[lane] ?? []).slice(0, size);
  try {
    await transaction(db, async (tx) => {
      await lockAccounts(tx, customers);
      if (fate === 'fails before') throw broken;
      await issue(tx, on, customers);
      if (fate === 'fails after') throw broken;
    });
    return size;
  } catch (error) {
    if (error !== broken) throw error;
    return 0;
  }
}

async function issue(tx: Tx, on: string, customers: readonly bigint[]): Promise<void> {
  const ids = await nextIds(tx, customers.length);
  const drafts = customers.map((customerId, i) => {
    return { customerId, invoiceId: ids[i] as bigint, orderId: null, net: 100n, earmarked: 0n };
  });
  await issueInvoices(tx, actOn(on), drafts);
}

async function assertNumbers(issued: ReadonlyMap<number, number>): Promise<void> {
  const { rows } = await sql<{ year: number; seq: number; number: string; on: string }>`
    select year, seq::int, number, issued_on::text as on from invoices order by year, seq`.execute(db);
  const expected = [...issued].flatMap(([year, count]) => Array.from({ length: count }, (_, i) => [year, i + 1]));
  assert.deepEqual(
    rows.map(({ year, seq }) => [year, seq]),
    expected,
  );
  const days = rows.map((row) => row.on);
  assert.deepEqual(days, days.toSorted(), 'in date order');
  for (const { year, seq, number } of rows) assert.equal(number, `F${year}-${String(seq).padStart(6, '0')}`);
}
