import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { changeCustomer } from '#domain/customers/change.ts';
import { changeSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import { type InvoiceDraft, type IssuedInvoice, issueInvoices } from '#domain/invoices/issue.ts';
import { receivePayments } from '#domain/payments/receive.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { actOn, customer, day, instant, inVain, pay, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { eventsOf, moneyOf, statementOf } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });
const act = actOn('2027-03-01');

before(() => transaction(db, (tx) => seller(tx)));

type Issue = { net: bigint; earmarked?: bigint; by?: Act };

async function issue(tx: Tx, customerId: bigint, { net, earmarked = 0n, by = act }: Issue): Promise<IssuedInvoice> {
  const [invoiceId = 0n] = await nextIds(tx, 1);
  const [issued] = await issueInvoices(tx, by, [{ customerId, invoiceId, orderId: null, net, earmarked }]);
  assert(issued);
  return issued;
}

async function read<Row>(tx: Tx, { invoiceId }: IssuedInvoice, columns: string): Promise<Row> {
  const { rows } = await sql<Row>`select ${sql.raw(columns)} from invoices where invoice_id = ${invoiceId}`.execute(tx);
  assert(rows[0]);
  return rows[0];
}

test('an invoice takes its gross amount from the account as it is issued, also below zero', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    const { number, gross, due } = await issue(tx, customerId, { net: 1000n });
    assert.deepEqual([gross, due], [1220n, 1220n]);
    assert.deepEqual(await statementOf(tx, customerId), [
      { cause: 'invoice', reference: number, amount: -1220n, before: 0n, after: -1220n },
    ]);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -1220n, debts: [1220n] });
    const { rows } = await sql`
      select debit, credit, amount::int from transfers where customer_id = ${customerId} order by reference`.execute(
      tx,
    );
    assert.deepEqual(rows, [
      { debit: 'customer', credit: 'revenue', amount: 1000 },
      { debit: 'customer', credit: 'vat', amount: 220 },
    ]);
    const [event] = await eventsOf(tx, customerId, 'invoices.issued');
    assert.deepEqual([event?.data['number'], event?.data['due']], [number, 1220]);
  });
});

test('credit is used first, also partly; only the rest is owed', async () => {
  await inVain(db, async (tx) => {
    const [enough, some, exactly] = [await customer(tx), await customer(tx), await customer(tx)];
    await pay(tx, act, { customerId: enough, amount: 2000n });
    await pay(tx, act, { customerId: some, amount: 500n });
    await pay(tx, act, { customerId: exactly, amount: 1220n });
    for (const customerId of [enough, some, exactly]) await issue(tx, customerId, { net: 1000n });
    assert.deepEqual(await moneyOf(tx, enough), { balance: 780n, debts: [] });
    assert.deepEqual(await moneyOf(tx, some), { balance: -720n, debts: [720n] });
    assert.deepEqual(await moneyOf(tx, exactly), { balance: 0n, debts: [] });
  });
});

test('two invoices of one customer in one act do not spend the same credit twice', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    await pay(tx, act, { customerId, amount: 1500n });
    const ids = await nextIds(tx, 2);
    const drafts = ids.map((invoiceId): InvoiceDraft => {
      return { customerId, invoiceId, orderId: null, net: 1000n, earmarked: 0n };
    });
    const issued = await issueInvoices(tx, act, drafts);
    assert.deepEqual(
      issued.map(({ due }) => due),
      [0n, 940n],
    );
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -940n, debts: [940n] });
  });
});

test('money that came for an order settles its invoice while an older debt stays', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    await issue(tx, customerId, { net: 1000n });
    const draft = { provider: 'bank' as const, providerRef: 'order', chargeId: null, orderId: null, note: '' };
    await receivePayments(tx, act, [{ ...draft, customerId, amount: 610n, currency: 'EUR' }]);
    const { due } = await issue(tx, customerId, { net: 500n, earmarked: 610n });
    assert.equal(due, 0n);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -1220n, debts: [1220n] });
  });
});

test('VAT follows the country and the number of the customer, rounded once on the sum', async () => {
  const cases: [country: string, vatNumber: string, rate: number, gross: bigint, note: RegExp][] = [
    ['IT', '', 2200, 1643n, /^$/],
    ['DE', 'DE136695976', 0, 1347n, /Reverse charge/],
    ['DE', '', 1900, 1603n, /^$/],
    ['US', '', 0, 1347n, /^$/],
  ];
  for (const [country, vatNumber, rate, gross, note] of cases) {
    await inVain(db, async (tx) => {
      const customerId = await customer(tx, { country, vatNumber });
      const invoice = await issue(tx, customerId, { net: 1347n });
      assert.equal(invoice.gross, gross, country);
      const row = await read<{ rate: number; note: string }>(tx, invoice, 'vat_rate_bp as rate, vat_note as note');
      assert.equal(row.rate, rate);
      assert.match(row.note, note);
    });
  }
});

test('a VAT number is printed with the prefix of its country, however it was written', async () => {
  const cases = [
    ['DE', '136695976', 'DE136695976'],
    ['GR', 'EL123456789', 'EL123456789'],
    ['US', '12-3456789', '12-3456789'],
    ['IT', '', ''],
  ] as const;
  for (const [country, vatNumber, printed] of cases) {
    await inVain(db, async (tx) => {
      const invoice = await issue(tx, await customer(tx, { country, vatNumber }), { net: 100n });
      assert.deepEqual(await read(tx, invoice, `buyer->>'vatNumber' as printed`), { printed });
    });
  }
});

test('an invoice over nothing is a document, but neither a movement nor a debt', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    const { gross, due } = await issue(tx, customerId, { net: 0n });
    assert.deepEqual([gross, due], [0n, 0n]);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 0n, debts: [] });
    assert.deepEqual(await statementOf(tx, customerId), []);
  });
});

test('what a customer changes later does not change the buyer of an issued invoice', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx, { name: 'Prima S.r.l.' });
    const invoice = await issue(tx, customerId, { net: 100n });
    await changeCustomer(tx, act, { customerId, patch: { name: 'Seconda S.r.l.' }, reason: '' });
    assert.equal((await read<{ name: string }>(tx, invoice, `buyer->>'name' as name`)).name, 'Prima S.r.l.');
  });
});

test('a debt has 168 hours and the whole seventh local day, in every zone and across clock changes', async () => {
  const cases: [zone: string, at: string, on: string, deadline: string, why: string][] = [
    ['Europe/Rome', '2027-05-03T07:00:00Z', '2027-05-03', '2027-05-10T22:00:00Z', 'the end of the day is later'],
    ['Europe/Rome', '2027-03-24T22:30:00Z', '2027-03-24', '2027-03-31T22:30:00Z', 'an hour lost: 168 hours are later'],
    ['Europe/Rome', '2027-10-27T08:00:00Z', '2027-10-27', '2027-11-03T23:00:00Z', 'an hour won'],
    ['America/New_York', '2027-03-11T04:30:00Z', '2027-03-10', '2027-03-18T04:30:00Z', 'an hour lost overseas'],
    ['Australia/Lord_Howe', '2027-10-01T00:00:00Z', '2027-10-01', '2027-10-08T13:00:00Z', 'half an hour lost'],
    ['America/Santiago', '2027-09-01T12:00:00Z', '2027-09-01', '2027-09-09T03:00:00Z', 'midnight does not exist'],
    ['Pacific/Apia', '2027-02-01T00:00:00Z', '2027-02-01', '2027-02-08T11:00:00Z', 'far ahead of Greenwich'],
  ];
  for (const [timeZone, at, on, deadline, why] of cases) {
    await inVain(db, async (tx) => {
      await changeSeller(tx, act, { patch: { timeZone }, reason: 'a test' });
      const by = { actor: 'system', at: instant(at), on: day(on) };
      const invoice = await issue(tx, await customer(tx), { net: 100n, by });
      const row = await read<{ at: unknown }>(tx, invoice, 'deadline_at as at');
      assert.equal(String(row.at), deadline, `${timeZone}: ${why}`);
    });
  }
});
