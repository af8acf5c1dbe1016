import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { type CreditDraft, type CreditNote, creditInvoice } from '#domain/invoices/credit.ts';
import { issueInvoices } from '#domain/invoices/issue.ts';
import { writeOffDebt } from '#domain/invoices/write-off.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { actOn, customer, inVain, pay, refusalOf, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { eventsOf, moneyOf, statementOf } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });
const act = actOn('2027-03-01', 'operator:7');

before(() => transaction(db, (tx) => seller(tx)));

async function invoice(tx: Tx, { customerId, net }: { customerId: bigint; net: bigint }): Promise<bigint> {
  const [invoiceId = 0n] = await nextIds(tx, 1);
  await issueInvoices(tx, act, [{ customerId, invoiceId, orderId: null, net, earmarked: 0n }]);
  return invoiceId;
}

function credit(tx: Tx, draft: Omit<CreditDraft, 'reason'>): Promise<CreditNote> {
  return creditInvoice(tx, act, { ...draft, reason: 'too many' });
}

test('a credit note is its own document with the opposite transfers; the invoice stays as it was', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    await pay(tx, act, { customerId, amount: 1220n });
    const invoiceId = await invoice(tx, { customerId, net: 1000n });
    const note = await credit(tx, { customerId, invoiceId, net: 100n });
    assert.deepEqual([note.number, note.net, note.vat, note.gross], ['N2027-000001', 100n, 22n, 122n]);
    const { rows } = await sql`
      select debit, credit, amount::int from transfers where reference like 'N2027%' and customer_id = ${customerId} order by reference`.execute(
      tx,
    );
    assert.deepEqual(rows, [
      { debit: 'revenue', credit: 'customer', amount: 100 },
      { debit: 'vat', credit: 'customer', amount: 22 },
    ]);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 122n, debts: [] });
    assert.equal((await statementOf(tx, customerId)).at(-1)?.cause, 'credit_note');
    const [event] = await eventsOf(tx, customerId, 'credit_notes.issued');
    assert.deepEqual([event?.actor, event?.data['reason'], event?.data['gross']], ['operator:7', 'too many', 122]);
  });
});

test('what is given back pays the same invoice first, then the oldest debt, and is free credit for the rest', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx, { country: 'US' });
    await invoice(tx, { customerId, net: 300n });
    const second = await invoice(tx, { customerId, net: 500n });
    await credit(tx, { customerId, invoiceId: second, net: 100n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -700n, debts: [300n, 400n] });
    await pay(tx, act, { customerId, amount: 400n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -300n, debts: [300n] });
    await credit(tx, { customerId, invoiceId: second, net: null });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 100n, debts: [] });
    assert.equal((await eventsOf(tx, customerId, 'invoices.settled')).length, 2);
  });
});

test('crediting a debt away settles its invoice', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    const invoiceId = await invoice(tx, { customerId, net: 1000n });
    await credit(tx, { customerId, invoiceId, net: null });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 0n, debts: [] });
    const [event] = await eventsOf(tx, customerId, 'invoices.settled');
    assert.deepEqual(event?.data['invoice_ids'], [Number(invoiceId)]);
  });
});

test('what was written off of an invoice and is credited afterwards is no loss any more, and no gift', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx, { country: 'US' });
    const invoiceId = await invoice(tx, { customerId, net: 1000n });
    await pay(tx, act, { customerId, amount: 300n });
    await writeOffDebt(tx, act, { customerId, invoiceId, reason: 'bankrupt' });
    await credit(tx, { customerId, invoiceId, net: 500n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 0n, debts: [] });
    await credit(tx, { customerId, invoiceId, net: null });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 300n, debts: [] }, 'only what was paid');
    assert.deepEqual(
      (await statementOf(tx, customerId)).slice(-4).map(({ cause, amount }) => `${cause} ${amount}`),
      ['credit_note 500', 'reversal -500', 'credit_note 500', 'reversal -200'],
    );
    const { rows } = await sql<{ lost: number }>`
      select sum(case debit when 'write_off' then amount else -amount end)::int as lost from transfers
       where customer_id = ${customerId} and 'write_off' in (debit, credit)`.execute(tx);
    assert.deepEqual(rows, [{ lost: 0 }]);
  });
});

test('nothing, more than was invoiced, or somebody else’s invoice is refused', async () => {
  await inVain(db, async (tx) => {
    const [customerId, other] = [await customer(tx), await customer(tx)];
    const invoiceId = await invoice(tx, { customerId, net: 1000n });
    const refused = (draft: Partial<CreditDraft>) =>
      refusalOf(credit(tx, { customerId, invoiceId, net: 1n, ...draft }));
    assert.equal(await refused({ net: 0n }), 'amount_not_positive');
    assert.equal(await refused({ net: -1n }), 'amount_not_positive');
    assert.equal(await refused({ net: 1001n }), 'more_than_invoiced');
    assert.equal(await refused({ customerId: other }), 'invoice_unknown');
    await credit(tx, { customerId, invoiceId, net: 999n });
    assert.equal(await refused({ net: 2n }), 'more_than_invoiced');
    await credit(tx, { customerId, invoiceId, net: null });
    assert.equal(await refused({ net: null }), 'amount_not_positive');
  });
});

test('however an invoice is credited in parts, the parts are at most its net and VAT, and all of them exactly', async () => {
  const parts = fc.array(fc.bigInt({ min: 1n, max: 40n }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(parts, async (nets) => {
      await inVain(db, async (tx) => {
        const customerId = await customer(tx);
        const net = nets.reduce((sum, each) => sum + each, 0n);
        const invoiceId = await invoice(tx, { customerId, net });
        const vat = -(await moneyOf(tx, customerId)).balance - net;
        let given = 0n;
        for (const part of nets) {
          const note = await credit(tx, { customerId, invoiceId, net: part });
          given += note.vat;
          assert(note.vat >= 0n && given <= vat, `${given} of ${vat}`);
        }
        assert.equal(given, vat);
        assert.deepEqual(await moneyOf(tx, customerId), { balance: 0n, debts: [] });
      });
    }),
    { numRuns: 20, examples: [[Array.from({ length: 12 }, () => 3n)]] },
  );
});
