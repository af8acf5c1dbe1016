import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { postEntries } from '#domain/ledger/post.ts';
import { insertRefunds, type Refundable, readRefundable } from '#domain/payments/_refunds.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { liesAt } from '#domain/payments/receive.ts';
import type { Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';

/** `amount` minor units of free credit; `reason` stands in the audit trail (R37). */
export type Withdrawal = { customerId: bigint; amount: bigint; reason: string };

/**
 * Gives free credit back to the cards and PayPal accounts it came from, the newest payment first and never more than each
 * brought (R6). The account is debited at once, so that the credit cannot be spent meanwhile; driveRefunds asks the
 * provider. Refuses `amount_not_positive`, `credit_too_low`, `nothing_to_return_to`.
 */
export async function withdrawCredit(tx: Tx, act: Act, withdrawal: Withdrawal): Promise<{ refundIds: bigint[] }> {
  const { customerId, amount, reason } = withdrawal;
  if (amount <= 0n) throw refusePayment('amount_not_positive', { fields: [{ name: 'amount', rule: 'above zero' }] });
  const account = await lockAccount(tx, customerId);
  if (amount > account.balance) {
    const most = account.balance > 0n ? account.balance : 0n;
    throw refusePayment('credit_too_low', { fields: [{ name: 'amount', rule: `at most ${most}` }] });
  }
  const payments = (await readRefundable(tx, customerId)).filter((payment) => payment.provider !== 'bank');
  const parts = takeNewestFirst(amount, payments);
  const ids = await nextIds(tx, parts.length);
  const drafts = parts.map((part, i) => ({ ...part, refundId: ids[i] ?? 0n, reason, done: null }));
  await insertRefunds(tx, act, drafts);
  await postEntries(
    tx,
    act,
    drafts.map((draft) => ({
      customerId,
      cause: 'refund',
      reference: `refund-${draft.refundId}`,
      currency: draft.currency,
      transfers: [{ part: 'returned', debit: 'customer', credit: liesAt(draft.provider), amount: draft.amount }],
    })),
  );
  await recordEvents(tx, act, [{ customerId, type: 'refunds.requested', data: { refund_ids: ids, amount, reason } }]);
  return { refundIds: ids };
}

/** The most that `withdrawCredit` gives back now: free credit that came by card or PayPal; minor units. */
export async function mostWithdrawable(
  tx: Tx,
  { customerId, balance }: { customerId: bigint; balance: bigint },
): Promise<bigint> {
  if (balance <= 0n) return 0n;
  const payments = (await readRefundable(tx, customerId)).filter((payment) => payment.provider !== 'bank');
  return lesser(
    balance,
    payments.reduce((sum, { left }) => sum + left, 0n),
  );
}

/** Which part of an amount goes back to which payment. Refuses `nothing_to_return_to` when they do not hold it all. */
function takeNewestFirst(amount: bigint, payments: readonly Refundable[]): Refundable[] {
  const parts: Refundable[] = [];
  let rest = amount;
  for (const payment of payments) {
    if (rest === 0n) break;
    const part = lesser(rest, payment.left);
    parts.push({ ...payment, amount: part });
    rest -= part;
  }
  if (rest > 0n) {
    throw refusePayment('nothing_to_return_to', { fields: [{ name: 'amount', rule: `at most ${amount - rest}` }] });
  }
  return parts;
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
