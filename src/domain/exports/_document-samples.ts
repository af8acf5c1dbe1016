import { Temporal } from 'temporal-polyfill';
import type { DocumentData, DocumentLine } from './document.ts';

// Documents to look at and to test with.

const day = (iso: string) => Temporal.PlainDate.from(iso);

/** Lines of that many mailboxes: 2.99, 3.00, 3.01 … in any currency of two decimals. */
export function mailboxLines(count: number, rateBasisPoints = 2200): DocumentLine[] {
  return Array.from({ length: count }, (_, at) => ({
    description: `casella${at}@officine.example`,
    detail: 'Hosted Exchange 2016 · hosted-ab12345-1 · mensile',
    term: { startsOn: day('2027-03-01'), endsOn: day('2027-04-01') },
    net: 299n + BigInt(at),
    rateBasisPoints,
  }));
}

/** An open invoice to a Polish firm under reverse charge. */
export const invoice: DocumentData = {
  kind: 'invoice',
  number: '2027/000123',
  issuedOn: day('2027-03-01'),
  currency: 'EUR',
  seller: {
    name: 'Posta Serena S.r.l.',
    street: 'Via Garibaldi 12',
    postalCode: '10122',
    city: 'Torino',
    country: 'IT',
    vatNumber: 'IT12345670017',
    email: 'clienti@posta.example',
    iban: 'IT60X0542811101000000123456',
    bic: 'BPPIITRRXXX',
    timeZone: 'Europe/Rome',
  },
  buyer: {
    code: 'ab12345',
    name: 'Zażółć Gęślą Jaźń Spółka z o.o.',
    street: 'ul. Świętokrzyska 14',
    postalCode: '00-050',
    city: 'Łódź',
    country: 'PL',
    vatNumber: 'PL5260250995',
  },
  refersTo: null,
  lines: mailboxLines(5, 0),
  net: 1505n,
  vat: [{ rateBasisPoints: 0, net: 1505n, vat: 0n }],
  gross: 1505n,
  vatNote: 'Inversione contabile, art. 7-ter DPR 633/72 – Reverse charge – Article 196 Directive 2006/112/EC',
  state: {
    is: 'open',
    due: 1505n,
    deadlineAt: Temporal.Instant.from('2027-03-08T23:00:00Z'),
    reference: '2027/000123',
  },
};

const card = { kind: 'card', brand: 'Visa', lastFour: '4242' } as const;
const paypal = { kind: 'paypal', brand: 'PayPal', lastFour: '' } as const;
const untaxed = { vat: [], vatNote: '', net: 5000n, gross: 5000n };
const topUp: DocumentLine = {
  description: 'Accredito del conto prepagato',
  detail: '',
  term: null,
  net: 5000n,
  rateBasisPoints: null,
};

/** Every kind of document in every state of payment. */
export const documents: readonly DocumentData[] = [
  invoice,
  {
    ...invoice,
    buyer: { ...invoice.buyer, country: 'IT', vatNumber: '' },
    lines: [...mailboxLines(3), ...mailboxLines(2, 400)],
    vat: [
      { rateBasisPoints: 2200, net: 900n, vat: 198n },
      { rateBasisPoints: 400, net: 599n, vat: 24n },
    ],
    net: 1499n,
    gross: 1721n,
    vatNote: '',
    state: { is: 'paid', paidOn: day('2027-03-01'), paidBy: card },
  },
  { ...invoice, state: { is: 'paid', paidOn: day('2027-03-01'), paidBy: 'account' } },
  { ...invoice, state: { is: 'closed', why: 'written_off', closedOn: day('2027-09-01') } },
  {
    ...invoice,
    kind: 'credit_note',
    number: 'NC-2027/000004',
    refersTo: { number: '2027/000123', issuedOn: day('2027-03-01') },
    state: { is: 'closed', why: 'credited', closedOn: day('2027-03-05') },
  },
  {
    ...invoice,
    ...untaxed,
    kind: 'order',
    number: 'BO-2027-000381',
    lines: [topUp],
    state: { ...openState(), due: 5000n },
  },
  {
    ...invoice,
    ...untaxed,
    kind: 'order',
    lines: [topUp],
    state: { is: 'closed', why: 'expired', closedOn: day('2027-03-16') },
  },
  {
    ...invoice,
    ...untaxed,
    kind: 'order',
    lines: [topUp],
    state: { is: 'closed', why: 'withdrawn', closedOn: day('2027-03-16') },
  },
  {
    ...invoice,
    ...untaxed,
    kind: 'receipt',
    lines: [topUp],
    state: { is: 'paid', paidOn: day('2027-03-02'), paidBy: 'transfer' },
  },
  {
    ...invoice,
    ...untaxed,
    kind: 'receipt',
    lines: [topUp],
    state: { is: 'paid', paidOn: day('2027-03-02'), paidBy: paypal },
  },
];

function openState() {
  const deadlineAt = Temporal.Instant.from('2027-03-15T10:30:00Z');
  return { is: 'open', deadlineAt, reference: 'BO-2027-000381' } as const;
}
