import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { creditInvoice } from '#domain/invoices/credit.ts';
import { issueInvoices } from '#domain/invoices/issue.ts';
import { reopenDebts } from '#domain/invoices/reopen.ts';
import { settleDebts } from '#domain/invoices/settle.ts';
import { writeOffDebt } from '#domain/invoices/write-off.ts';
import { postEntries } from '#domain/ledger/post.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { actOn, customer, inVain, pay, refusalOf, seller, takeBack } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { eventsOf, moneyOf, statementOf } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });

before(() => transaction(db, (tx) => seller(tx)));

/** An invoice of `gross`: sold outside the EU, so that net and gross are the same. */
async function owe(tx: Tx, on: string, { customerId, gross }: { customerId: bigint; gross: bigint }): Promise<bigint> {
  const [invoiceId = 0n] = await nextIds(tx, 1);
  await issueInvoices(tx, actOn(on), [{ customerId, invoiceId, orderId: null, net: gross, earmarked: 0n }]);
  return invoiceId;
}

const abroad = (tx: Tx) => customer(tx, { country: 'US' });

async function debtOf(tx: Tx, invoiceId: bigint): Promise<Record<string, unknown>> {
  const { rows } = await sql<Record<string, unknown>>`
    select state, due::int, deadline_at::text as deadline, suspended_at is not null as suspended, reminders
      from debts where invoice_id = ${invoiceId}`.execute(tx);
  assert(rows[0]);
  return rows[0];
}

const settledBy = async (tx: Tx, customerId: bigint) =>
  (await eventsOf(tx, customerId, 'invoices.settled')).map(({ data }) => data['invoice_ids']);

test('incoming money pays the oldest debt first, also partly, and the rest is free credit', async () => {
  await inVain(db, async (tx) => {
    const customerId = await abroad(tx);
    const first = await owe(tx, '2027-03-01', { customerId, gross: 300n });
    const second = await owe(tx, '2027-03-02', { customerId, gross: 500n });
    assert.equal((await pay(tx, actOn('2027-03-03'), { customerId, amount: 200n })).surplus, 0n);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -600n, debts: [100n, 500n] });
    assert.deepEqual(await settledBy(tx, customerId), []);
    await pay(tx, actOn('2027-03-03'), { customerId, amount: 300n });
    assert.deepEqual(await settledBy(tx, customerId), [[Number(first)]]);
    assert.equal((await pay(tx, actOn('2027-03-03'), { customerId, amount: 350n })).surplus, 50n);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 50n, debts: [] });
    assert.deepEqual(await settledBy(tx, customerId), [[Number(first)], [Number(second)]]);
  });
});

test('two receipts at once spend each debt once, and are told as one', async () => {
  await inVain(db, async (tx) => {
    const customerId = await abroad(tx);
    const ids = [await owe(tx, '2027-03-01', { customerId, gross: 300n })];
    ids.push(await owe(tx, '2027-03-02', { customerId, gross: 300n }));
    const transfers = [{ part: 'x', debit: 'bank', credit: 'customer', amount: 700n } as const];
    await postEntries(tx, actOn('2027-03-03'), [
      { customerId, cause: 'payment', reference: 'both', currency: 'EUR', transfers },
    ]);
    const receipt = { customerId, amount: 350n, source: 'payment' as const };
    const surplus = await settleDebts(tx, actOn('2027-03-03'), [receipt, receipt]);
    assert.equal(surplus.get(customerId), 100n);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 100n, debts: [] });
    assert.deepEqual(await settledBy(tx, customerId), [ids.map(Number)]);
  });
});

test('money taken back is owed again on what was paid last, with a new deadline', async () => {
  await inVain(db, async (tx) => {
    const customerId = await abroad(tx);
    const first = await owe(tx, '2027-03-01', { customerId, gross: 300n });
    const second = await owe(tx, '2027-03-02', { customerId, gross: 500n });
    const { paymentId } = await pay(tx, actOn('2027-03-03'), { customerId, amount: 800n });
    await sql`update debts set suspended_at = opened_at, reminders = 2 where invoice_id = ${second}`.execute(tx);
    await takeBack(tx, actOn('2027-05-03'), { customerId, paymentId, amount: 600n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -600n, debts: [100n, 500n] });
    const anew = { state: 'open', deadline: '2027-05-10 22:00:00+00', suspended: false, reminders: 0 };
    assert.deepEqual(await debtOf(tx, second), { ...anew, due: 500 });
    assert.deepEqual(await debtOf(tx, first), { ...anew, due: 100 });
    const [event] = await eventsOf(tx, customerId, 'debts.reopened');
    assert.deepEqual(event?.data, { invoice_ids: [Number(second), Number(first)], due: 600 });
  });
});

test('an invoice that credit had covered is owed when that credit is taken back, and only what is missing', async () => {
  await inVain(db, async (tx) => {
    const customerId = await abroad(tx);
    const { paymentId } = await pay(tx, actOn('2027-03-01'), { customerId, amount: 1000n });
    const invoiceId = await owe(tx, '2027-03-02', { customerId, gross: 300n });
    await takeBack(tx, actOn('2027-03-03'), { customerId, paymentId, amount: 700n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 0n, debts: [] });
    assert.deepEqual(await eventsOf(tx, customerId, 'debts.reopened'), []);
    await takeBack(tx, actOn('2027-03-03'), { customerId, paymentId, amount: 50n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -50n, debts: [50n] });
    await takeBack(tx, actOn('2027-03-04'), { customerId, paymentId, amount: 250n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -300n, debts: [300n] });
    assert.equal((await debtOf(tx, invoiceId))['due'], 300);
    await reopenDebts(tx, actOn('2027-03-05'), [customerId]);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -300n, debts: [300n] }, 'nothing twice');
  });
});

test('what a credit note or a write-off covered is not owed again when money is taken back', async () => {
  await inVain(db, async (tx) => {
    const customerId = await abroad(tx);
    const act = actOn('2027-03-05', 'operator:7');
    const paid = await owe(tx, '2027-03-01', { customerId, gross: 300n });
    const { paymentId } = await pay(tx, act, { customerId, amount: 300n });
    const credited = await owe(tx, '2027-03-02', { customerId, gross: 500n });
    await creditInvoice(tx, act, { customerId, invoiceId: credited, net: null, reason: 'a test' });
    const lost = await owe(tx, '2027-03-03', { customerId, gross: 700n });
    await writeOffDebt(tx, act, { customerId, invoiceId: lost, reason: 'a test' });
    await takeBack(tx, act, { customerId, paymentId, amount: 300n });
    const [event] = await eventsOf(tx, customerId, 'debts.reopened');
    assert.deepEqual(event?.data, { invoice_ids: [Number(paid)], due: 300 });
    assert.equal((await debtOf(tx, lost))['state'], 'written_off');
  });
});

test('an invoice that was credited is not owed again while another one is, which its credit note had paid', async () => {
  await inVain(db, async (tx) => {
    const customerId = await abroad(tx);
    const act = actOn('2027-03-05', 'operator:7');
    const credited = await owe(tx, '2027-03-01', { customerId, gross: 300n });
    const { paymentId } = await pay(tx, act, { customerId, amount: 300n });
    const unpaid = await owe(tx, '2027-03-02', { customerId, gross: 300n });
    const credit = (invoiceId: bigint, net: bigint) =>
      creditInvoice(tx, act, { customerId, invoiceId, net, reason: 'x' });
    await credit(unpaid, 50n);
    await credit(credited, 300n);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 50n, debts: [] });
    await takeBack(tx, act, { customerId, paymentId, amount: 300n });
    const [event] = await eventsOf(tx, customerId, 'debts.reopened');
    assert.deepEqual(event?.data, { invoice_ids: [Number(unpaid)], due: 250 });
    await pay(tx, act, { customerId, amount: 250n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 0n, debts: [] });
  });
});

test('an operator writes off a debt: the loss is posted, the invoice settled, the reason kept', async () => {
  await inVain(db, async (tx) => {
    const customerId = await abroad(tx);
    const act = actOn('2027-04-01', 'operator:7');
    const first = await owe(tx, '2027-03-01', { customerId, gross: 300n });
    const second = await owe(tx, '2027-03-02', { customerId, gross: 500n });
    const answer = await writeOffDebt(tx, act, { customerId, invoiceId: second, reason: 'bankrupt' });
    assert.deepEqual(answer, { amount: 500n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -300n, debts: [300n] });
    assert.equal((await debtOf(tx, second))['state'], 'written_off');
    assert.equal((await statementOf(tx, customerId)).at(-1)?.cause, 'write_off');
    const [event] = await eventsOf(tx, customerId, 'debts.written_off');
    assert.deepEqual([event?.actor, event?.data['reason'], event?.data['amount']], ['operator:7', 'bankrupt', 500]);
    assert.deepEqual(await settledBy(tx, customerId), [[Number(second)]]);
    const again = writeOffDebt(tx, act, { customerId, invoiceId: second, reason: 'again' });
    assert.equal(await refusalOf(again), 'no_open_debt');
    assert.equal((await debtOf(tx, first))['due'], 300);
  });
});

test('a debt that comes back after a write-off can be written off as well', async () => {
  await inVain(db, async (tx) => {
    const customerId = await abroad(tx);
    const act = actOn('2027-04-01', 'operator:7');
    const invoiceId = await owe(tx, '2027-03-01', { customerId, gross: 300n });
    const { paymentId } = await pay(tx, act, { customerId, amount: 200n });
    await writeOffDebt(tx, act, { customerId, invoiceId, reason: 'bankrupt' });
    await takeBack(tx, act, { customerId, paymentId, amount: 200n });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -200n, debts: [200n] });
    await writeOffDebt(tx, act, { customerId, invoiceId, reason: 'still bankrupt' });
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 0n, debts: [] });
  });
});
