import { randomBytes } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import { type Book, createBook } from '#spec/fakes/book.ts';
import { createIdempotency, type Idempotency } from '#spec/fakes/idempotency.ts';
import type { Payer } from '#spec/fakes/paypal/payers.ts';

export type Cash = { currency_code: string; value: string };

export type Capture = {
  id: string;
  orderId: string;
  status: 'COMPLETED' | 'DECLINED' | 'PENDING' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  reason?: string;
  amount: Cash;
  invoiceId: string;
  customId: string;
  payer: string;
  at: Temporal.Instant;
};

export type Refund = {
  id: string;
  captureId: string;
  status: 'COMPLETED' | 'FAILED' | 'PENDING';
  amount: Cash;
  customId: string;
  at: Temporal.Instant;
};

export type Order = {
  id: string;
  intent: 'CAPTURE' | 'AUTHORIZE';
  status: 'CREATED' | 'APPROVED' | 'PAYER_ACTION_REQUIRED' | 'COMPLETED';
  referenceId: string;
  amount: Cash;
  description: string;
  customId: string;
  invoiceId: string;
  returnUrl: string;
  approvedBy: Payer | null;
  captures: Capture[];
  refunds: Refund[];
  at: Temporal.Instant;
};

export type Setup = {
  id: string;
  status: 'PAYER_ACTION_REQUIRED' | 'APPROVED' | 'VAULTED';
  customerId: string;
  merchantCustomerId: string;
  payer: Payer | null;
  returnUrl: string;
  at: Temporal.Instant;
};

export type Saved = { id: string; customerId: string; payer: Payer };

/** One line of the transaction search; `amount` and `fee` as PayPal sees them from the seller. */
export type Line = {
  id: string;
  code: string;
  amount: bigint;
  fee: bigint;
  currency: string;
  status: 'S' | 'P' | 'D' | 'V';
  reference: { id: string; type: 'ODR' | 'TXN' } | null;
  invoiceId: string;
  customField: string;
  at: Temporal.Instant;
};

export type Dispute = {
  id: string;
  captureId: string;
  amount: bigint;
  status: 'OPEN' | 'RESOLVED';
  /** PayPal's word for how it ended. */
  outcome: string | null;
  moved: DisputeMovement[];
  at: Temporal.Instant;
};

/** What a dispute moved at the seller, and why. */
export type DisputeMovement = {
  type: 'DEBIT' | 'CREDIT';
  reason: 'DISPUTE_SETTLEMENT' | 'CHARGEBACK_FEE';
  amount: bigint;
};

/** Everything PayPal remembers. `emit` tells subscribers of a change. */
export type State = {
  now: () => Temporal.Instant;
  url: () => string;
  orders: Map<string, Order>;
  captures: Map<string, Capture>;
  refunds: Map<string, Refund>;
  setups: Map<string, Setup>;
  saved: Map<string, Saved>;
  disputes: Map<string, Dispute>;
  paidInvoices: Map<string, string>;
  lines: Line[];
  /** The most lines one search answers. */
  searchLimit: number;
  /** Whether lines of captures name their order, or leave it to be asked for. */
  linesNameOrders: boolean;
  /** Whether disputes tell what they moved under its name of today, besides the old one. */
  tellsFundMovements: boolean;
  book: Book;
  /** Keys live for 6 hours with orders, 3 with saved accounts and 45 days with payments; only ids are kept, never bodies. */
  keys: Record<'orders' | 'vault' | 'payments', Idempotency<string>>;
  emit(type: string, resourceType: string, resource: object): void;
};

export function createState(settings: Pick<State, 'now' | 'url' | 'emit'>): State {
  const { now } = settings;
  return {
    ...settings,
    orders: new Map(),
    captures: new Map(),
    refunds: new Map(),
    setups: new Map(),
    saved: new Map(),
    disputes: new Map(),
    paidInvoices: new Map(),
    lines: [],
    searchLimit: 10_000,
    linesNameOrders: true,
    tellsFundMovements: true,
    book: createBook(),
    keys: {
      orders: createIdempotency({ now, hours: 6 }),
      vault: createIdempotency({ now, hours: 3 }),
      payments: createIdempotency({ now, hours: 45 * 24 }),
    },
  };
}

/** An id as PayPal makes them: 17 digits and capitals. */
export function newId(): string {
  const letters = '0123456789ABCDEFGHJKLMNPRSTUVWXY';
  return Array.from(randomBytes(17), (byte) => letters[byte % 32]).join('');
}

/** PayPal's own smallest units: cents, or whole yen and forints. */
export function units({ value }: Cash): bigint {
  return BigInt(value.replace('.', ''));
}

/** What is gone at the seller for a dispute now; its fee is another thing. */
export function takenBy({ moved }: Dispute): bigint {
  return moved
    .filter(({ reason }) => reason === 'DISPUTE_SETTLEMENT')
    .reduce((sum, { type, amount }) => (type === 'DEBIT' ? sum + amount : sum - amount), 0n);
}

export function cash(amount: bigint, currency: string): Cash {
  const sign = amount < 0n ? '-' : '';
  const figures = String(amount < 0n ? -amount : amount);
  if (wholeCurrencies.has(currency)) return { currency_code: currency, value: sign + figures };
  const padded = figures.padStart(3, '0');
  return { currency_code: currency, value: `${sign}${padded.slice(0, -2)}.${padded.slice(-2)}` };
}

/** Currencies PayPal takes without decimals. */
export const wholeCurrencies = new Set(['HUF', 'JPY', 'TWD']);

/** Times as PayPal writes them in its API. */
export function stamp(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'second' });
}
