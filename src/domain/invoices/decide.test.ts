import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allocate, coveredAtIssue, documentNumber } from '#domain/invoices/decide.ts';

const amounts = fc.bigInt({ min: 0n, max: 10_000_000n });

test('credit covers an invoice also partly, and debt is never used as credit', () => {
  assert.equal(coveredAtIssue({ gross: 500n, balance: 800n, earmarked: 0n }), 500n);
  assert.equal(coveredAtIssue({ gross: 500n, balance: 300n, earmarked: 0n }), 300n);
  assert.equal(coveredAtIssue({ gross: 500n, balance: -300n, earmarked: 0n }), 0n);
});

test('a payment made for this invoice settles it, whatever is owed on older ones', () => {
  assert.equal(coveredAtIssue({ gross: 500n, balance: -500n, earmarked: 500n }), 500n);
  assert.equal(coveredAtIssue({ gross: 500n, balance: 800n, earmarked: 500n }), 500n);
});

test('money is spent on the oldest debt first and never more than came in', () => {
  const debts = [
    { invoiceId: 1n, due: 300n },
    { invoiceId: 2n, due: 500n },
  ];
  assert.deepEqual(allocate(400n, debts), {
    allocations: [
      { invoiceId: 1n, amount: 300n, left: 0n },
      { invoiceId: 2n, amount: 100n, left: 400n },
    ],
    surplus: 0n,
  });
  assert.equal(allocate(1000n, debts).surplus, 200n);
});

test('what is spent and what is left over is what came in, and no debt is overpaid', () => {
  fc.assert(
    fc.property(amounts, fc.array(fc.bigInt({ min: 1n, max: 5_000_000n })), (amount, dues) => {
      const debts = dues.map((due, i) => ({ invoiceId: BigInt(i), due }));
      const { allocations, surplus } = allocate(amount, debts);
      assert.equal(
        allocations.reduce((sum, each) => sum + each.amount, surplus),
        amount,
      );
      for (const each of allocations) {
        assert(each.amount > 0n && each.left >= 0n);
        assert.equal(each.amount + each.left, debts[Number(each.invoiceId)]?.due);
      }
      const open = allocations.filter((each) => each.left > 0n);
      assert(open.length <= 1, 'only the last debt reached may stay open');
      if (surplus > 0n) assert.equal(allocations.length, debts.length);
    }),
  );
});

test('numbers carry series, year and count', () => {
  assert.equal(documentNumber('F', 2027, 42n), 'F2027-000042');
  assert.equal(documentNumber('F', 2027, 1_234_567n), 'F2027-1234567');
});
