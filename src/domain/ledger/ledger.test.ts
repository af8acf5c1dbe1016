import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { type Entry, movedBy, type TransferDraft } from '#domain/ledger/accounts.ts';
import { lockAccount, lockAccounts } from '#domain/ledger/lock.ts';
import { postEntries } from '#domain/ledger/post.ts';
import { parkCustomer } from '#domain/platforms/park.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { actOn, customer, inVain, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { eventsOf, moneyOf, statementOf } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });
const act = actOn('2027-03-01');

before(() => transaction(db, (tx) => seller(tx)));

const entry = (customerId: bigint, reference: string, ...transfers: TransferDraft[]): Entry => {
  return { customerId, cause: 'payment', reference, currency: 'EUR', transfers };
};
const paid = (amount: bigint): TransferDraft => ({ part: 'money', debit: 'bank', credit: 'customer', amount });
const taken = (amount: bigint): TransferDraft => ({ part: 'net', debit: 'customer', credit: 'revenue', amount });
const vat = (amount: bigint): TransferDraft => ({ part: 'vat', debit: 'customer', credit: 'vat', amount });

const violated = (constraint: string) => (error: { constraint?: string }) => {
  assert.equal(error.constraint, constraint);
  return true;
};

test('an account opens at 0, without a movement', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: 0n, debts: [] });
    assert.deepEqual(await statementOf(tx, customerId), []);
  });
});

test('credits raise the prepaid account and debits lower it; other accounts leave it alone', () => {
  assert.equal(movedBy(entry(1n, 'a', paid(500n), taken(300n), vat(66n))), 134n);
  assert.equal(movedBy(entry(1n, 'a', { part: 'x', debit: 'bank', credit: 'clearing:stripe', amount: 500n })), 0n);
});

test('each movement shows its cause, its reference, and the balance before and after', async () => {
  await inVain(db, async (tx) => {
    const one = await customer(tx);
    const two = await customer(tx);
    await postEntries(tx, act, [
      entry(one, 'P1', paid(1000n)),
      entry(two, 'P1', paid(50n)),
      entry(one, 'F1', taken(300n), vat(66n)),
    ]);
    await postEntries(tx, act, [entry(one, 'F2', taken(900n), vat(198n))]);
    assert.deepEqual(await statementOf(tx, one), [
      { cause: 'payment', reference: 'P1', amount: 1000n, before: 0n, after: 1000n },
      { cause: 'payment', reference: 'F1', amount: -366n, before: 1000n, after: 634n },
      { cause: 'payment', reference: 'F2', amount: -1098n, before: 634n, after: -464n },
    ]);
    assert.equal((await moneyOf(tx, one)).balance, -464n);
    assert.equal((await moneyOf(tx, two)).balance, 50n);
  });
});

test('every amount is a transfer from one account to another, so that all accounts together are zero', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    await postEntries(tx, act, [entry(customerId, 'F1', taken(300n), vat(66n))]);
    const { rows } = await sql`
      select account, sum(amount)::int as amount
        from (select debit as account, -amount as amount, customer_id from transfers
              union all select credit, amount, customer_id from transfers) sides
       where customer_id = ${customerId} group by account order by account`.execute(tx);
    assert.deepEqual(rows, [
      { account: 'customer', amount: -366 },
      { account: 'revenue', amount: 300 },
      { account: 'vat', amount: 66 },
    ]);
  });
});

test('money between the accounts of the seller makes no movement of the customer', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    const payout: TransferDraft = { part: 'payout', debit: 'bank', credit: 'clearing:sandbox', amount: 100n };
    await postEntries(tx, act, [entry(customerId, 'payout', payout)]);
    assert.deepEqual(await statementOf(tx, customerId), []);
  });
});

test('a reference is posted once, for ever, and a second time breaks the transaction', async () => {
  await assert.rejects(
    transaction(db, async (tx) => {
      const customerId = await customer(tx);
      await postEntries(tx, act, [entry(customerId, 'P1', paid(1n))]);
      await postEntries(tx, act, [entry(customerId, 'P1', paid(1n))]);
    }),
    violated('movements_customer_id_reference_key'),
  );
  await assert.rejects(
    transaction(db, async (tx) => {
      const customerId = await customer(tx);
      await postEntries(tx, act, [entry(customerId, 'F1', taken(1n), taken(2n))]);
    }),
    violated('transfers_pkey'),
  );
});

test('posting for somebody without an account is a bug, not money', async () => {
  await assert.rejects(
    transaction(db, (tx) => postEntries(tx, act, [entry(999_999n, 'P1', paid(1n))])),
    /every customer has a prepaid account/,
  );
});

test('who asked to be told hears once that the balance fell below the threshold', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    await sql`update accounts set alert_threshold = 500 where customer_id = ${customerId}`.execute(tx);
    const told = async () => (await eventsOf(tx, customerId, 'balances.fell_below_threshold')).map(({ data }) => data);
    await postEntries(tx, act, [entry(customerId, 'P1', paid(500n))]);
    await postEntries(tx, act, [entry(customerId, 'P2', paid(1n))]);
    await postEntries(tx, act, [entry(customerId, 'F1', taken(1n))]);
    assert.deepEqual(await told(), [], 'at the threshold is not below');
    await postEntries(tx, act, [entry(customerId, 'F2', taken(1n)), entry(customerId, 'F3', taken(1n))]);
    assert.deepEqual(await told(), [{ balance: 498, threshold: 500, movement: 5 }]);
    await postEntries(tx, act, [entry(customerId, 'F4', taken(1n))]);
    assert.equal((await told()).length, 1, 'not again while it is below');
  });
});

test('a lock leaves out who is parked, except for what a person does by hand', async () => {
  await inVain(db, async (tx) => {
    const one = await customer(tx);
    const two = await customer(tx);
    await parkCustomer(tx, act, { customerId: two, process: 'renewals', reason: 'a test' });
    assert.deepEqual([...(await lockAccounts(tx, [two, one, one])).keys()], [one]);
    assert.equal((await lockAccount(tx, two)).customerId, two);
    await assert.rejects(lockAccount(tx, 999_999n), /has no prepaid account/);
  });
});

test('of two acts on one account at once, the second begins with what the first left', async () => {
  const customerId = await transaction(db, (tx) => customer(tx));
  const spend = (reference: string) => async (tx: Tx) => {
    const { balance } = await lockAccount(tx, customerId);
    await postEntries(tx, act, [entry(customerId, reference, paid(100n))]);
    return balance;
  };
  const seen = await Promise.all(Array.from({ length: 20 }, (_, i) => transaction(db, spend(`P${i}`))));
  assert.deepEqual(
    seen.sort((a, b) => Number(a - b)),
    Array.from({ length: 20 }, (_, i) => BigInt(i * 100)),
  );
  assert.equal((await statementOf(db, customerId)).at(-1)?.after, 2000n);
});
