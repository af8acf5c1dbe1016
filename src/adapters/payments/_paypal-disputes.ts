import type { Money } from '@paypal/paypal-server-sdk';
import { Temporal } from 'temporal-polyfill';
import { PaypalNo } from '#adapters/payments/_paypal-client.ts';
import type { PaypalDesk } from '#adapters/payments/_paypal-desk.ts';
import { fromPaypal } from '#adapters/payments/_paypal-money.ts';
import { orderOfCapture } from '#adapters/payments/_paypal-settle.ts';
import { type DisputeDetails, ProviderRefused } from '#domain/payments/provider.ts';

/** What a payer's bank, or PayPal on its payer's word, holds or has taken of a charge now. Refuses `unknown_reference`. */
export async function getDispute(desk: PaypalDesk, ref: string): Promise<DisputeDetails> {
  if (!/^[A-Za-z0-9-]{1,255}$/.test(ref)) throw new ProviderRefused('unknown_reference', `${ref} is no dispute`);
  const dispute = (await ask(desk, `/v1/customer/disputes/${ref}`)) as Dispute | null;
  const captureId = dispute?.disputed_transactions?.[0]?.seller_transaction_id;
  const chargeRef = captureId ? await orderOfCapture(desk, captureId) : null;
  if (!dispute || chargeRef === null) throw new ProviderRefused('unknown_reference', `${ref} is no dispute of ours`);
  const taken = takenBy(dispute);
  const state = dispute.status !== 'RESOLVED' ? 'open' : taken > 0n ? 'lost' : 'won';
  return { chargeRef, ...fromPaypal(money(dispute.dispute_amount)), taken, state };
}

/** The dispute about a capture that was open at that time, by its own number; null when there was none. */
export async function disputeOfCapture(
  desk: PaypalDesk,
  captureId: string,
  at: Temporal.Instant,
): Promise<string | null> {
  const list = await ask(desk, '/v1/customer/disputes', { disputed_transaction_id: captureId, page_size: '50' });
  const disputes = (list as { items?: Dispute[] } | null)?.items ?? [];
  const begun = disputes
    .map((each) => ({ id: each.dispute_id, since: Temporal.Instant.from(each.create_time) }))
    // The statement counts whole seconds.
    .filter(({ since }) => Temporal.Instant.compare(since, at.add({ seconds: 60 })) <= 0)
    .sort((a, b) => Temporal.Instant.compare(a.since, b.since));
  return begun.at(-1)?.id ?? null;
}

type Cash = { currency_code: string; value: string };

type Dispute = {
  dispute_id: string;
  create_time: string;
  status?: string;
  disputed_transactions?: { seller_transaction_id?: string }[];
  dispute_amount?: Cash;
  dispute_outcome?: { outcome_code?: string; amount_refunded?: Cash };
  fund_movements?: (Movement & { party?: string })[];
  /** What PayPal called them before, and still tells beside them. */
  money_movements?: (Movement & { affected_party?: string })[];
};

type Movement = { type?: string; reason?: string; amount?: Cash };

/**
 * By what PayPal says it moved at the seller; where it says nothing of that, by how the dispute ended. Its fees are ours and
 * never the payer's: they stand on the statement (developer.paypal.com/docs/api/customer-disputes/v1: DISPUTE_FEE,
 * CHARGEBACK_FEE, DISPUTE_SETTLEMENT_FEE beside DISPUTE_SETTLEMENT).
 */
function takenBy({ fund_movements, money_movements, ...dispute }: Dispute): bigint {
  const { dispute_outcome: outcome, dispute_amount: disputed } = dispute;
  const before = (money_movements ?? []).map(({ affected_party: party = '', ...each }) => ({ party, ...each }));
  const movements = fund_movements?.length ? fund_movements : before;
  if (movements.length > 0) {
    const ours = movements.filter(({ party, reason }) => party === 'SELLER' && !reason?.endsWith('_FEE'));
    const taken = ours.reduce((sum, { type, amount }) => sum + (type === 'DEBIT' ? 1n : -1n) * value(amount), 0n);
    return taken > 0n ? taken : 0n;
  }
  const isLost = outcome?.outcome_code === 'RESOLVED_BUYER_FAVOUR' || outcome?.outcome_code === 'ACCEPTED';
  return isLost ? value(outcome?.amount_refunded ?? disputed) : 0n;
}

function value(amount: Cash | undefined): bigint {
  return fromPaypal(money(amount)).amount;
}

function money(amount: Cash | undefined): Money | undefined {
  return amount && { currencyCode: amount.currency_code, value: amount.value };
}

async function ask({ call }: PaypalDesk, path: string, query?: Record<string, string>): Promise<unknown> {
  try {
    return await call((api) => api.get(path, query));
  } catch (error) {
    if (error instanceof PaypalNo && error.status === 404) return null;
    if (error instanceof PaypalNo) throw new ProviderRefused('bad_request', error.message);
    throw error;
  }
}
