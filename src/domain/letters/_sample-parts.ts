import { Temporal } from 'temporal-polyfill';
import type { DebtFacts, Envelope, Listed, Method, OrderFacts } from './types.ts';

// What the sample letters are made of.

export const day = (iso: string) => Temporal.PlainDate.from(iso);
export const instant = (iso: string) => Temporal.Instant.from(iso);
export const url = (path: string) => `https://posta.example/it/${path}`;

export const envelope: Envelope = {
  seller: {
    name: 'Posta Serena S.r.l.',
    street: 'Via Garibaldi 12',
    postalCode: '10122',
    city: 'Torino',
    country: 'IT',
    vatNumber: 'IT12345670017',
    email: 'clienti@posta.example',
    iban: 'IT60X0542811101000000123456',
    timeZone: 'Europe/Rome',
  },
  customer: { code: 'ab12345', name: 'Officine Łukasz & Figli' },
  portalUrl: url('portale'),
};

export const changedFactor = {
  name: 'Chrome, Linux',
  at: instant('2027-03-02T08:00:00Z'),
  device: 'Firefox, Linux',
  address: '2001:db8::17',
  securityUrl: url('impostazioni'),
};

export const visa: Method = { kind: 'card', brand: 'Visa', lastFour: '4242' };
export const paypal: Method = { kind: 'paypal', brand: 'PayPal', lastFour: '' };
export const platform = 'hosted-ab12345-1';
const names = ['anna', 'bruno.de-santis', 'amministrazione', 'officina', 'info'];
export const boxes = names.map((name) => ({ platform, address: `${name}@officine-lukasz.example` }));
export const listed = <Row>(rows: readonly Row[]): Listed<Row> => ({ count: rows.length, rows, url: url('caselle') });
export const many = { count: 312, rows: [], url: url('caselle') };

export const order: OrderFacts = {
  number: 'BO-2027-000381',
  purpose: 'top_up',
  gross: 5000n,
  currency: 'EUR',
  expiresAt: instant('2027-03-15T23:00:00Z'),
  link: url('ordine/4fX0c2hJv9qTqk3mYt8Zr1pLw6Nd5sBa'),
};

export const owed: DebtFacts = {
  debt: 2990n,
  currency: 'EUR',
  invoices: [{ number: '2027/000123', issuedOn: day('2027-03-01'), due: 2990n }],
  deadlineAt: instant('2027-03-08T23:00:00Z'),
  mailboxes: 5,
  settlement: { number: 'BO-2027-000401', link: url('ordine/9kQ2w7eR5tY1uI8oP3aS6dF4gH0jK2lZ') },
  methodUrl: url('pagamenti/nuova'),
  topUpUrl: url('conto/accredita'),
};

const severalInvoices = Array.from({ length: 7 }, (_, at) => {
  return { number: `2027/00020${at}`, issuedOn: day(`2027-03-0${at + 1}`), due: 1000n + BigInt(at) };
});
export const owedSeveral: DebtFacts = {
  ...owed,
  debt: 7021n,
  invoices: severalInvoices,
  mailboxes: 1,
  deadlineAt: instant('2027-03-09T09:30:00Z'),
};
