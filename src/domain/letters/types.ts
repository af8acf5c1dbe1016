import type { Temporal } from 'temporal-polyfill';
import type { FactorChange } from '#domain/identity/factor-changes.ts';

// What a letter is told. Amounts are minor units of `currency`; days are the seller's; instants are shown in the
// seller's zone. Links are ready to be followed. Nothing here is looked up, computed or translated any more.

type Day = Temporal.PlainDate;
type Instant = Temporal.Instant;

/** The company that sells, invoices and signs the letter. */
export type LetterSeller = {
  name: string;
  street: string;
  postalCode: string;
  city: string;
  country: string;
  vatNumber: string;
  email: string;
  iban: string;
  timeZone: string;
};

/** What every letter carries: who writes, to whom, and where to read it again. */
export type Envelope = { seller: LetterSeller; customer: { code: string; name: string }; portalUrl: string };

export type Mailbox = { platform: string; address: string };
/** A list that may be long: `count` is the whole, `rows` may be empty above 50, `url` shows them all. */
export type Listed<Row> = { count: number; rows: readonly Row[]; url: string };
export type Mode = 'monthly' | 'yearly' | 'none';
/** What the customer pays with; `brand` is `Visa` or `PayPal`, `lastFour` is empty for PayPal and for a card typed on the provider's page. */
export type Method = { kind: 'card' | 'paypal'; brand: string; lastFour: string };

/** An order: its purpose, its gross amount, when it expires, and the link that opens it without login (R8). */
export type OrderFacts = {
  number: string;
  purpose: 'top_up' | 'settlement' | 'mailboxes';
  gross: bigint;
  currency: string;
  expiresAt: Instant;
  link: string;
};

export type OwedInvoice = { number: string; issuedOn: Day; due: bigint };

/** An open debt with its three ways out (R24) and its deadline (R25). `debt` is the sum of what the invoices are short of. */
export type DebtFacts = {
  debt: bigint;
  currency: string;
  invoices: readonly OwedInvoice[];
  deadlineAt: Instant;
  /** How many mailboxes the deadline suspends. */
  mailboxes: number;
  settlement: { number: string; link: string };
  methodUrl: string;
  topUpUrl: string;
};

export type RenewalRow = Mailbox & { mode: Mode; renewsOn: Day; net: bigint };
export type EndingRow = Mailbox & { endsOn: Day };
export type ModeRow = Mailbox & { from: Mode; to: Mode; effectiveOn: Day; net: bigint | null };
export type PriceRow = { plan: string; mode: 'monthly' | 'yearly'; was: bigint; becomes: bigint };

/** What each kind of letter is told besides its envelope (R33). */
export type LetterFacts = {
  order_placed: { order: OrderFacts; iban: string | null };
  order_paid: {
    order: OrderFacts;
    paidAt: Instant;
    paidBy: Method | 'transfer' | 'account';
    /** What was paid above the order and became free credit (R11); 0 as a rule. */
    surplus: bigint;
    balance: bigint;
  };
  invoice: {
    number: string;
    issuedOn: Day;
    net: bigint;
    vat: bigint;
    gross: bigint;
    /** Covered by the prepaid account, and what is left to pay. */
    covered: bigint;
    due: bigint;
    currency: string;
    lines: Listed<Mailbox & { startsOn: Day; endsOn: Day; net: bigint }>;
    /** The default method the rest is collected from; null without one (a debt letter follows). */
    method: Method | null;
    documentUrl: string;
  };
  collected: { amount: bigint; currency: string; invoices: readonly string[]; method: Method; collectedAt: Instant };
  debt: DebtFacts & {
    /** Why it was not collected; `method` is null when there is none. */
    method: Method | null;
    /** The day of the next attempt after a soft decline (R26); null when we will not try again by ourselves. */
    retryOn: Day | null;
  };
  reminder: DebtFacts & { daysLeft: number };
  suspended: DebtFacts & {
    suspended: Listed<Mailbox>;
    inbound: 'accept' | 'reject' | 'defer';
    /** When these mailboxes end if the debt stays (R30). */
    endsOn: Day;
  };
  resumed: { mailboxes: Listed<Mailbox>; resumedAt: Instant };
  ending_soon: DebtFacts & { ending: Listed<Mailbox>; endsOn: Day; daysLeft: number };
  ended: {
    mailboxes: Listed<Mailbox>;
    endedOn: Day;
    reason: 'mode_none' | 'termination' | 'debt';
    /** When the content is deleted; null when it is already gone. */
    deletedOn: Day | null;
    buyBackUrl: string | null;
    /** What the customer still owes, 0 if nothing. */
    debt: bigint;
    currency: string;
  };
  deletion_warning: {
    mailboxes: Listed<Mailbox>;
    deletedOn: Day;
    daysLeft: number;
    exportUrl: string;
    buyBackUrl: string;
  };
  renewal_notice: {
    renewals: Listed<RenewalRow>;
    firstOn: Day;
    daysLeft: number;
    net: bigint;
    vat: bigint;
    gross: bigint;
    credit: bigint;
    currency: string;
    method: Method | null;
    modeUrl: string;
  };
  mode_changed: { changes: Listed<ModeRow>; currency: string; changedBy: string; anyEnds: boolean };
  termination_recorded: {
    platform: string;
    mailboxes: Listed<EndingRow>;
    lastOn: Day;
    recordedBy: string;
    platformUrl: string;
  };
  termination_revoked: {
    platform: string;
    mailboxes: Listed<Mailbox & { mode: Mode; renewsOn: Day }>;
    revokedBy: string;
  };
  method_added: { method: Method; isDefault: boolean; addedAt: Instant };
  method_expiring: { method: Method; expiresOn: Day; daysLeft: number; nextRenewalOn: Day | null; methodUrl: string };
  method_unfit: {
    /** What will not work on those days, and why; empty: no method is left. */
    methods: readonly { method: Method; why: 'expired' | 'failed' | 'revoked' | 'needs_authentication' }[];
    /** What renews, by day; `gross` with VAT. */
    renewals: readonly { on: Day; mailboxes: number; gross: bigint }[];
    currency: string;
    /** What is collected from in their place; null when nothing is. */
    instead: Method | null;
    methodUrl: string;
  };
  method_removed: {
    method: Method;
    removedAt: Instant;
    removedBy: string;
    nextDefault: Method | null;
    methodUrl: string;
  };
  balance_low: {
    balance: bigint;
    threshold: bigint;
    currency: string;
    nextRenewal: { on: Day; gross: bigint } | null;
    topUpUrl: string;
  };
  new_device: { user: string; at: Instant; device: string; address: string; sessionsUrl: string };
  second_factor_changed: {
    what: FactorChange['what'];
    name: string;
    at: Instant;
    device: string;
    address: string;
    securityUrl: string;
  };
  password_reset: { user: string; link: string; expiresAt: Instant; address: string };
  payment_failed_action: {
    amount: bigint;
    currency: string;
    invoices: readonly string[];
    method: Method;
    link: string;
    deadlineAt: Instant;
  };
  price_announced: {
    prices: readonly PriceRow[];
    currency: string;
    validFrom: Day;
    mailboxes: number;
    modeUrl: string;
  };
  credit_note: {
    number: string;
    issuedOn: Day;
    invoice: string;
    gross: bigint;
    currency: string;
    reason: string;
    /** The part that lowered a debt, and the part that became free credit. */
    toDebt: bigint;
    toCredit: bigint;
    documentUrl: string;
  };
  refund: { amount: bigint; currency: string; method: Method; refundedAt: Instant; balance: bigint; reason: string };
  invitation: { role: 'admin' | 'billing' | 'technical'; invitedBy: string; link: string; expiresAt: Instant };
};

export type LetterKind = keyof LetterFacts;

/** Everything a letter of a kind is told. */
export type LetterData = { [Kind in LetterKind]: Envelope & LetterFacts[Kind] };
