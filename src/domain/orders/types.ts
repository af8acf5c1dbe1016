import type { Temporal } from 'temporal-polyfill';
import type { TermMode } from '#domain/platforms/types.ts';

export type OrderKind = 'top_up' | 'settlement' | 'mailboxes';
export type OrderState = 'open' | 'paid' | 'expired' | 'withdrawn';

/** One mailbox of an order: `mailboxId` is null for a new one, else the one to be bought back (R21). `net` minor units. */
export type OrderLine = {
  lineNo: number;
  mailboxId: bigint | null;
  platformId: bigint;
  planId: bigint;
  address: string;
  mode: TermMode;
  net: bigint;
};

/** A request to pay: amounts in minor units, never changed once placed (R7). */
export type Order = {
  customerId: bigint;
  orderId: bigint;
  number: string;
  kind: OrderKind;
  state: OrderState;
  currency: string;
  net: bigint;
  vatRateBp: number;
  vat: bigint;
  gross: bigint;
  placedAt: Temporal.Instant;
  placedBy: string;
  expiresAt: Temporal.Instant;
  closedAt: Temporal.Instant | null;
  lines: OrderLine[];
};

/** What is asked for in an order for mailboxes: a new one on a platform, or one to be bought back. `plan` is the plan's code. */
export type LineRequest =
  | { platformId: bigint; plan: string; address: string; mode: TermMode }
  | { mailboxId: bigint; mode: TermMode };

/** A line with what a buyer wants to know of it: the first term, if it were paid today, and the renewal that follows it (R10). */
export type PricedLine = OrderLine & {
  plan: string;
  startsOn: Temporal.PlainDate;
  endsOn: Temporal.PlainDate;
  /** The price in force on that day, as known now; null when none is announced (R15). */
  renewal: { on: Temporal.PlainDate; net: bigint | null };
};

export type PricedOrder = {
  currency: string;
  lines: PricedLine[];
  net: bigint;
  vatRateBp: number;
  vat: bigint;
  gross: bigint;
  vatNote: string;
};
