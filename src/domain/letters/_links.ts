import { orderLink } from '#domain/orders/link.ts';

/** Where the links of letters lead; one place, so that letters and screens agree. */
export type Links = {
  portal: string;
  mailboxes: string;
  modes: string;
  buyBack: string;
  methods: string;
  topUp: string;
  sessions: string;
  platform(platformId: bigint): string;
  invoice(invoiceId: bigint): string;
  creditNote(creditNoteId: bigint): string;
  /** Opens one order without login (R8). */
  order(key: { customerId: bigint; orderId: bigint }): string;
};

/** The links of an installation reached at `publicUrl`. */
export function linksAt(publicUrl: string, secret: string): Links {
  return {
    portal: `${publicUrl}/`,
    mailboxes: `${publicUrl}/mailboxes`,
    modes: `${publicUrl}/mailboxes`,
    buyBack: `${publicUrl}/mailboxes?state=suspended`,
    methods: `${publicUrl}/payment-methods`,
    topUp: `${publicUrl}/account/top-up`,
    sessions: `${publicUrl}/security`,
    platform: (platformId) => `${publicUrl}/platforms/${platformId}`,
    invoice: (invoiceId) => `${publicUrl}/invoices/${invoiceId}`,
    creditNote: (creditNoteId) => `${publicUrl}/credit-notes/${creditNoteId}`,
    order: (key) => `${publicUrl}/o/${orderLink(secret, key)}`,
  };
}
