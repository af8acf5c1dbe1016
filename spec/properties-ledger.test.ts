import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import { creditInvoice } from '#domain/invoices/credit.ts';
import { writeOffDebt } from '#domain/invoices/write-off.ts';
import { renewals } from '#domain/renewals/renew.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { actOn, customer, pay, plan, platformWithMailboxes, seller, takeBack } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { assertUpright, moneyOf, statementOf } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });
let basic = 0n;
before(() =>
  transaction(db, async (tx) => {
    await seller(tx);
    basic = await plan(tx, 'basic', { monthly: 337n });
  }),
);

type Operation =
  | { do: 'renew' }
  | { do: 'pay'; amount: bigint }
  | { do: 'take back'; which: number; percent: bigint }
  | { do: 'credit'; which: number; percent: bigint }
  | { do: 'write off'; which: number };

const percent = fc.bigInt({ min: 1n, max: 100n });
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ do: 'renew' as const }) },
  { weight: 3, arbitrary: fc.bigInt({ min: 1n, max: 1500n }).map((amount) => ({ do: 'pay' as const, amount })) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take back' as const), which: fc.nat(99), percent }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('credit' as const), which: fc.nat(99), percent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('write off' as const), which: fc.nat(99) }) },
);
const countries = fc.constantFrom('IT', 'FR', 'US');

test('whatever happens to a customer’s money, in any order: the books agree, and credit and debt never coexist', async () => {
  let until = actOn('2027-03-01');
  await fc.assert(
    fc.asyncProperty(countries, fc.array(operation, { minLength: 5, maxLength: 20 }), async (country, operations) => {
      const customerId = await transaction(db, (tx) => newcomer(tx, country));
      for (const [i, each] of operations.entries()) {
        // Invoices of one series rise in date over all examples, as they do in life.
        until = actOn(until.on.add({ days: i % 2 }), 'operator:1');
        const act = until;
        await transaction(db, (tx) => perform(tx, act, { customerId, operation: each }));
        await assertBalanced(customerId);
      }
    }),
    { numRuns: 20 },
  );
  await assertUpright(db, until.on);
});

// Overdue from the start, so that every renewal finds a term to sell.
async function newcomer(tx: Tx, country: string): Promise<bigint> {
  const customerId = await customer(tx, { country });
  const draft = { plan: basic, anchorOn: '2020-01-01', expiresOn: '2020-02-01' };
  await platformWithMailboxes(tx, customerId, [draft, draft]);
  return customerId;
}

async function perform(
  tx: Tx,
  act: Act,
  { customerId, operation: each }: { customerId: bigint; operation: Operation },
): Promise<void> {
  if (each.do === 'renew') await renewals.run(tx, act, [customerId]);
  if (each.do === 'pay') await pay(tx, act, { customerId, amount: each.amount });
  if (each.do === 'take back') {
    const left = await pick(
      tx,
      each.which,
      sql`
      select p.payment_id as id, p.amount - coalesce(sum(r.amount), 0)::bigint as amount
        from payments p left join refunds r using (customer_id, payment_id)
       where p.customer_id = ${customerId} group by p.payment_id, p.amount having p.amount > coalesce(sum(r.amount), 0)`,
    );
    if (left) await takeBack(tx, act, { customerId, paymentId: left.id, amount: share(left.amount, each.percent) });
  }
  if (each.do === 'credit') {
    const left = await pick(
      tx,
      each.which,
      sql`
      select i.invoice_id as id, i.net - coalesce(sum(n.net), 0)::bigint as amount
        from invoices i left join credit_notes n using (customer_id, invoice_id)
       where i.customer_id = ${customerId} group by i.invoice_id, i.net having i.net > coalesce(sum(n.net), 0)`,
    );
    const net = left && share(left.amount, each.percent);
    if (left) await creditInvoice(tx, act, { customerId, invoiceId: left.id, net: net ?? null, reason: 'a test' });
  }
  if (each.do === 'write off') {
    const debt = await pick(
      tx,
      each.which,
      sql`
      select invoice_id as id, due as amount from debts where customer_id = ${customerId} and state = 'open'`,
    );
    if (debt) await writeOffDebt(tx, act, { customerId, invoiceId: debt.id, reason: 'a test' });
  }
}

const share = (amount: bigint, percent: bigint) => (amount * percent + 99n) / 100n;

async function pick(
  tx: Tx,
  which: number,
  query: ReturnType<typeof sql>,
): Promise<{ id: bigint; amount: bigint } | undefined> {
  const { rows } = await sql<{ id: bigint; amount: bigint }>`select * from (${query}) found order by id`.execute(tx);
  return rows.length > 0 ? rows[which % rows.length] : undefined;
}

async function assertBalanced(customerId: bigint): Promise<void> {
  const { balance, debts } = await moneyOf(db, customerId);
  const owed = debts.reduce((sum, due) => sum + due, 0n);
  assert.equal(owed, balance < 0n ? -balance : 0n, `${balance} and debts of ${debts.join(', ')}`);
  const { rows } = await sql<{ sum: bigint }>`
    select coalesce(sum(case when credit = 'customer' then amount when debit = 'customer' then -amount else 0 end), 0)::bigint as sum
      from transfers where customer_id = ${customerId}`.execute(db);
  assert.equal(rows[0]?.sum, balance);
  assert.equal((await statementOf(db, customerId)).at(-1)?.after ?? 0n, balance);
}
