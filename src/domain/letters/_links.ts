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
    mailboxes: `${publicUrl}/#platforms`,
    modes: `${publicUrl}/#platforms`,
    buyBack: `${publicUrl}/#platforms`,
    methods: `${publicUrl}/billing/methods`,
    topUp: `${publicUrl}/billing/account`,
    sessions: `${publicUrl}/settings`,
    platform: (platformId) => `${publicUrl}/platforms/${platformId}`,
    invoice: (invoiceId) => `${publicUrl}/billing/documents#invoice-${invoiceId}`,
    creditNote: (creditNoteId) => `${publicUrl}/billing/documents#credit-note-${creditNoteId}`,
    order: (key) => `${publicUrl}/o/${orderLink(secret, key)}`,
  };
}
