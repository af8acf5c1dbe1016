import type { Temporal } from 'temporal-polyfill';

export type Mode = 'monthly' | 'yearly' | 'none';
export type TermMode = Exclude<Mode, 'none'>;
export type MailboxState = 'active' | 'suspended' | 'ended';

/** A term to be written: `[startsOn, endsOn)`, `net` minor units; without an invoice when it was granted before Rinnovo. */
export type Term = {
  customerId: bigint;
  mailboxId: bigint;
  chain: number;
  startsOn: Temporal.PlainDate;
  endsOn: Temporal.PlainDate;
  /** The end of the term before, which is this one's start; null for the first of its chain. */
  previousEndsOn: Temporal.PlainDate | null;
  planId: bigint;
  mode: TermMode;
  invoiceId: bigint | null;
  lineNo: number | null;
  net: bigint;
};

/** Some mailboxes of one customer. */
export type Selection = { customerId: bigint; mailboxIds: readonly bigint[] };
