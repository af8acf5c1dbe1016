import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import { creditInvoice } from '#domain/invoices/credit.ts';
import { issueInvoices } from '#domain/invoices/issue.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { actOn, customer, inVain, refusalOf, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';

const { system: db } = await freshDatabase({ after });

before(() => transaction(db, (tx) => seller(tx)));

/** One invoice for each customer, in one act. */
async function issue(tx: Tx, act: Act, customerIds: readonly bigint[]): Promise<string[]> {
  await lockAccounts(tx, customerIds);
  const ids = await nextIds(tx, customerIds.length);
  const drafts = customerIds.map((customerId, i) => {
    return { customerId, invoiceId: ids[i] as bigint, orderId: null, net: 100n, earmarked: 0n };
  });
  return (await issueInvoices(tx, act, drafts)).map(({ number }) => number);
}

const customers = (tx: Tx, count: number) => Promise.all(Array.from({ length: count }, () => customer(tx)));

test('numbers begin at 1 each year, in a block for each act, invoices and credit notes apart', async () => {
  await inVain(db, async (tx) => {
    const [one, two, three] = (await customers(tx, 3)) as [bigint, bigint, bigint];
    const last = actOn('2027-12-31');
    assert.deepEqual(await issue(tx, last, [one, two]), ['F2027-000001', 'F2027-000002']);
    assert.deepEqual(await issue(tx, last, [three]), ['F2027-000003']);
    assert.deepEqual(await issue(tx, actOn('2028-01-01'), [one]), ['F2028-000001']);
    const { rows } = await sql<{ invoiceId: bigint }>`
      select invoice_id as "invoiceId" from invoices where number = 'F2027-000001' and customer_id = ${one}`.execute(
      tx,
    );
    const invoiceId = rows[0]?.invoiceId ?? 0n;
    const note = await creditInvoice(tx, actOn('2028-01-01'), { customerId: one, invoiceId, net: null, reason: 'a' });
    assert.equal(note.number, 'N2028-000001');
  });
});

test('no invoice is dated before the one with the number before: the clock stands behind, and nothing is issued', async () => {
  await inVain(db, async (tx) => {
    const ids = await customers(tx, 1);
    await issue(tx, actOn('2027-03-02'), ids);
    assert.equal(await refusalOf(issue(tx, actOn('2027-03-01'), ids)), 'clock_behind');
    assert.deepEqual(await issue(tx, actOn('2027-03-02'), ids), ['F2027-000002']);
  });
});

test('numbers have no gaps and no doubles, whoever issues at once and whatever fails', async () => {
  const crowds = await Promise.all(
    Array.from({ length: 40 }, (_, i) => transaction(db, (tx) => customers(tx, 1 + (i % 5)))),
  );
  const broken = new Error('the plug was pulled');
  const attempts = crowds.map((crowd, i) =>
    transaction(db, async (tx) => {
      await issue(tx, actOn('2027-03-01'), crowd);
      if (i % 3 === 0) throw broken;
      return crowd.length;
    }).catch((error: unknown) => {
      if (error !== broken) throw error;
      return 0;
    }),
  );
  const issued = (await Promise.all(attempts)).reduce((sum, count) => sum + count, 0);
  const { rows } = await sql<{
    seq: bigint;
  }>`select seq from invoices where series = 'F' and year = 2027 order by seq`.execute(db);
  assert.deepEqual(
    rows.map(({ seq }) => Number(seq)),
    Array.from({ length: issued }, (_, i) => i + 1),
  );
});
