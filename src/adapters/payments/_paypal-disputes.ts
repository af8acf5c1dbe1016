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
  money_movements?: { affected_party?: string; type?: string; amount?: Cash }[];
};

/** By what PayPal says it moved at the seller; where it says nothing of that, by how the dispute ended. */
function takenBy({ money_movements: movements, dispute_outcome: outcome, dispute_amount: disputed }: Dispute): bigint {
  if (movements) {
    const ours = movements.filter((each) => each.affected_party === 'SELLER');
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
