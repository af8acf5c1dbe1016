import type Stripe from 'stripe';
import { Temporal } from 'temporal-polyfill';
import { idOf, listAll, type StripeDesk } from '#adapters/payments/_stripe-desk.ts';
import { pagesByIntent } from '#adapters/payments/_stripe-pages.ts';
import type { ProviderMovement } from '#domain/payments/provider.ts';

/**
 * Stripe's statement, oldest first. Stripe lists backwards, so it is read day by day and each day turned round. Stripe counts
 * in whole seconds: a movement happened at the beginning of its second.
 */
export async function* listMovements(
  desk: StripeDesk,
  from: Temporal.Instant,
  to: Temporal.Instant,
): AsyncGenerator<ProviderMovement> {
  const end = secondsUp(to);
  for (let start = secondsUp(from); start < end; start += day) {
    yield* await readDay(desk, start, Math.min(start + day, end));
  }
}

const day = 86_400;

async function readDay(desk: StripeDesk, gte: number, lt: number): Promise<ProviderMovement[]> {
  const params = { created: { gte, lt }, expand: ['data.source'] };
  const lines: Stripe.BalanceTransaction[] = [];
  for await (const line of listAll((cursor) => desk.stripe.balanceTransactions.list({ ...cursor, ...params }))) {
    lines.push(line);
  }
  const pages = lines.some(isPaidOnPage) ? await pagesByIntent(desk, gte, lt) : new Map<string, string>();
  return lines.reverse().flatMap((line) => toMovements(line, pages));
}

/** A line of Stripe's balance: what moved, and what Stripe kept of it, as two movements. */
function toMovements(line: Stripe.BalanceTransaction, pages: ReadonlyMap<string, string>): ProviderMovement[] {
  const at = Temporal.Instant.fromEpochMilliseconds(line.created * 1000);
  const moved = { ...describe(line, pages), at };
  const fee = { ref: line.id, kind: 'fee' as const, amount: BigInt(-line.fee), currency: line.currency, at };
  return [moved, fee]
    .filter((each) => each.amount !== 0n)
    .map((each) => ({ ...each, currency: each.currency.toUpperCase() }));
}

function describe(line: Stripe.BalanceTransaction, pages: ReadonlyMap<string, string>): Omit<ProviderMovement, 'at'> {
  const { source } = line;
  if (source === null || typeof source === 'string') return own(line);
  if (source.object === 'charge') {
    return { ref: chargeRef(source, pages), kind: 'charge', ...inChargeCurrency(line, source) };
  }
  if (source.object === 'refund' || source.object === 'dispute') {
    return { ref: source.id, kind: source.object, ...inChargeCurrency(line, source) };
  }
  return own(line);
}

/**
 * What moves between Stripe, us and our bank; its own number is unique, as a payout that fails comes back under its name. What
 * nobody expects here, such as reserves and transfers, counts as a charge: it is then seen as a difference, never left out.
 */
function own({ id, type, amount, currency }: Stripe.BalanceTransaction): Omit<ProviderMovement, 'at'> {
  return { ref: id, kind: kinds.get(type) ?? 'charge', amount: BigInt(amount), currency };
}

// docs.stripe.com/reports/balance-transaction-types
const kinds = new Map<string, ProviderMovement['kind']>([
  ...(['stripe_fee', 'stripe_fx_fee', 'tax_fee'] as const).map((type) => [type, 'fee'] as const),
  ...(['payout', 'payout_cancel', 'payout_failure'] as const).map((type) => [type, 'payout'] as const),
  ...(['topup', 'topup_reversal'] as const).map((type) => [type, 'deposit'] as const),
]);

// A balance in another currency than the charge: our books know the charge's.
function inChargeCurrency(line: Stripe.BalanceTransaction, source: { amount: number; currency: string }) {
  if (line.currency === source.currency) return { amount: BigInt(line.amount), currency: line.currency };
  return { amount: BigInt(Math.sign(line.amount) * source.amount), currency: source.currency };
}

/** The reference under which we know a payment: the intent, the one it replaced, or the page it was made on. */
function chargeRef(charge: Stripe.Charge, pages: ReadonlyMap<string, string>): string {
  const intent = idOf(charge.payment_intent) ?? charge.id;
  return charge.metadata['rinnovo_intent'] ?? pages.get(intent) ?? intent;
}

function isPaidOnPage({ source }: Stripe.BalanceTransaction): boolean {
  if (source === null || typeof source === 'string' || source.object !== 'charge') return false;
  return source.metadata['rinnovo_page'] !== undefined && source.metadata['rinnovo_intent'] === undefined;
}

function secondsUp(at: Temporal.Instant): number {
  return Math.ceil(at.epochMilliseconds / 1000);
}
