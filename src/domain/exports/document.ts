import type { Temporal } from 'temporal-polyfill';

// What a document says. Amounts are minor units of `currency`; rates are basis points; days are the seller's.

type Day = Temporal.PlainDate;

/** Whoever sells or buys, as they stand on the document. Empty strings are left out. */
export type DocumentParty = {
  name: string;
  street: string;
  postalCode: string;
  city: string;
  country: string;
  vatNumber: string;
};

/** The seller, with where to pay and where its days begin. */
export type DocumentSeller = DocumentParty & { email: string; iban: string; bic: string; timeZone: string };

/** A line: what (`description`), more about it in smaller type (`detail`), its term `[startsOn, endsOn)`, its net amount. */
export type DocumentLine = {
  description: string;
  detail: string;
  term: { startsOn: Day; endsOn: Day } | null;
  net: bigint;
  /** Null on a document without VAT: a top-up order, a receipt. */
  rateBasisPoints: number | null;
};

export type DocumentMethod = { kind: 'card' | 'paypal'; brand: string; lastFour: string };

/** Where the payment stands. */
export type DocumentState =
  | { is: 'open'; due: bigint; deadlineAt: Temporal.Instant; reference: string }
  | { is: 'paid'; paidOn: Day; paidBy: DocumentMethod | 'transfer' | 'account' }
  | { is: 'closed'; why: 'expired' | 'withdrawn' | 'written_off' | 'credited'; closedOn: Day };

/** An order, invoice, credit note or receipt, complete: nothing is looked up or computed any more (R36). */
export type DocumentData = {
  kind: 'order' | 'invoice' | 'credit_note' | 'receipt';
  number: string;
  issuedOn: Day;
  currency: string;
  seller: DocumentSeller;
  buyer: DocumentParty & { code: string };
  /** The invoice a credit note corrects, the order a receipt is for. */
  refersTo: { number: string; issuedOn: Day } | null;
  lines: readonly DocumentLine[];
  net: bigint;
  /** One row per rate; empty on a document without VAT. */
  vat: readonly { rateBasisPoints: number; net: bigint; vat: bigint }[];
  gross: bigint;
  /** The sentence the law wants on the document, such as the reverse charge; empty if none. Printed as it stands. */
  vatNote: string;
  state: DocumentState;
};
