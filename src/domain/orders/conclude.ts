import { getSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import { reopenDebts } from '#domain/invoices/reopen.ts';
import { settleDebts } from '#domain/invoices/settle.ts';
import { lockAccount, lockAccounts } from '#domain/ledger/lock.ts';
import { spendPayments } from '#domain/orders/pay.ts';
import { declineKind } from '#domain/payments/decline-codes.ts';
import { failMethods } from '#domain/payments/fail-methods.ts';
import { type ChargeOutcome, finishCharges } from '#domain/payments/finish.ts';
import { receivePayments } from '#domain/payments/receive.ts';
import { finishRefunds, type RefundOutcome } from '#domain/payments/refund.ts';
import { type Reversal, reversePayment } from '#domain/payments/reverse.ts';
import { rememberTold } from '#domain/payments/standings.ts';
import type { Tx } from '#kit/db.ts';

/**
 * What follows from the outcomes of charges, in one transaction: money received and spent on its order or the debts,
 * methods refused for good taken out of use (R23, R26). Outcomes heard before are ignored. Answers the customers for whom
 * something changed, whose collections go on from there.
 */
export async function concludeCharges(tx: Tx, act: Act, outcomes: readonly ChargeOutcome[]): Promise<bigint[]> {
  await lockEvery(
    tx,
    outcomes.map(({ charge }) => charge.customerId),
  );
  const finished = await finishCharges(tx, act, outcomes);
  const succeeded = finished.filter((charge) => charge.state === 'succeeded');
  const payments = await receivePayments(
    tx,
    act,
    succeeded.map(({ customerId, chargeId, orderId, provider, providerRef, amount, currency }) => {
      if (providerRef === null) throw new Error(`charge ${chargeId} succeeded without a reference`);
      return { customerId, chargeId, orderId, provider, providerRef, amount, currency, note: '' };
    }),
  );
  const asked = new Map(
    succeeded.filter((charge) => charge.methodId !== null).map((charge) => [charge.chargeId, charge]),
  );
  await spendPayments(
    tx,
    act,
    payments.map((payment) => {
      const charge = payment.chargeId === null ? undefined : asked.get(payment.chargeId);
      return charge ? { ...payment, askedAt: charge.createdAt } : payment;
    }),
  );
  const failures = finished.flatMap(({ customerId, methodId, declineCode: code }) =>
    methodId !== null && code !== null && declineKind(code) === 'hard' ? [{ customerId, methodId, code }] : [],
  );
  await failMethods(tx, act, failures);
  await foretell(tx, act, [...failures, ...finished.flatMap(wantedOwner)]);
  return [...new Set(finished.map((charge) => charge.customerId))];
}

/** What follows from the outcomes of refunds: credit that came back because one failed pays debts first (R4, R6). */
export async function concludeRefunds(tx: Tx, act: Act, outcomes: readonly RefundOutcome[]): Promise<void> {
  await lockEvery(
    tx,
    outcomes.map(({ refund }) => refund.customerId),
  );
  const finished = await finishRefunds(tx, act, outcomes);
  const back = finished.filter(({ state }) => state === 'failed');
  await settleDebts(
    tx,
    act,
    back.map(({ refund }) => ({ customerId: refund.customerId, amount: refund.amount, source: 'credit' as const })),
  );
}

/**
 * What a payer's bank has taken of a payment, as it stands now (R2): for what is gone invoices are owed again, with a new
 * deadline (R25); what came back pays the debts there are, and is free credit for the rest (R4). Hearing the same twice
 * changes nothing. Answers what was taken beyond what can be booked, in minor units.
 */
export async function concludeReversal(tx: Tx, act: Act, reversal: Reversal): Promise<bigint> {
  const { customerId } = reversal;
  await lockAccount(tx, customerId);
  const { moved, beyond } = await reversePayment(tx, act, reversal);
  if (moved > 0n) await reopenDebts(tx, act, [customerId]);
  if (moved < 0n) await settleDebts(tx, act, [{ customerId, amount: -moved, source: 'payment' }]);
  return beyond;
}

/**
 * Whoever is told today that a method failed, or wanted its owner, is not told the same again of the renewals that are in
 * view today: whether they were judged a moment before or after must make no difference (R32).
 */
async function foretell(tx: Tx, act: Act, methods: readonly { customerId: bigint; methodId: bigint }[]): Promise<void> {
  if (methods.length === 0) return;
  const { policy } = await getSeller(tx);
  const on = act.on.add({ days: policy.method_health_days });
  await rememberTold(
    tx,
    methods.map(({ customerId, methodId }) => ({ customerId, methodId, on })),
  );
}

// On an order it is told on the screen, which says nothing of renewals.
function wantedOwner({
  customerId,
  methodId,
  orderId,
  state,
}: ChargeOutcome['charge']): { customerId: bigint; methodId: bigint }[] {
  return state === 'action_required' && methodId !== null && orderId === null ? [{ customerId, methodId }] : [];
}

// Money is booked for parked customers too: it has been taken already.
async function lockEvery(tx: Tx, customerIds: readonly bigint[]): Promise<void> {
  const locked = await lockAccounts(tx, customerIds);
  for (const customerId of new Set(customerIds)) if (!locked.has(customerId)) await lockAccount(tx, customerId);
}
