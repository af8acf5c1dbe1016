import { methodSamples } from './_sample-methods.ts';
import {
  boxes,
  changedFactor,
  day,
  envelope,
  instant,
  listed,
  many,
  order,
  owed,
  owedSeveral,
  paypal,
  platform,
  url,
  visa,
} from './_sample-parts.ts';
import type { LetterData, LetterFacts, LetterKind } from './types.ts';

// Letters to look at and to test with: every kind, in every shape it can take.

const invoice: LetterFacts['invoice'] = {
  number: '2027/000123',
  issuedOn: day('2027-03-01'),
  net: 2451n,
  vat: 539n,
  gross: 2990n,
  covered: 0n,
  due: 2990n,
  currency: 'EUR',
  lines: listed(boxes.map((box) => ({ ...box, startsOn: day('2027-03-01'), endsOn: day('2027-04-01'), net: 490n }))),
  method: visa,
  documentUrl: url('fatture/2027-000123.pdf'),
};

const ended: LetterFacts['ended'] = {
  mailboxes: listed(boxes.slice(0, 2)),
  endedOn: day('2027-03-01'),
  reason: 'mode_none',
  deletedOn: day('2027-03-31'),
  buyBackUrl: url('caselle/riacquista'),
  debt: 0n,
  currency: 'EUR',
};

const renewalRows = boxes.map((box, at) => {
  return {
    ...box,
    mode: at % 2 ? ('yearly' as const) : ('monthly' as const),
    renewsOn: day('2027-04-01'),
    net: at % 2 ? 4990n : 499n,
  };
});
const renewal: LetterFacts['renewal_notice'] = {
  renewals: listed(renewalRows),
  firstOn: day('2027-04-01'),
  daysLeft: 15,
  net: 11477n,
  vat: 2525n,
  gross: 14002n,
  credit: 0n,
  currency: 'EUR',
  method: visa,
  modeUrl: url('rinnovi'),
};

const changes = boxes.map((box, at) => {
  const to = (['yearly', 'none', 'monthly'] as const)[at % 3] ?? 'none';
  return {
    ...box,
    from: at % 3 === 2 ? ('none' as const) : ('monthly' as const),
    to,
    effectiveOn: day('2027-04-11'),
    net: to === 'none' ? null : 4990n,
  };
});

const suspended: LetterFacts['suspended'] = {
  ...owed,
  suspended: listed(boxes),
  inbound: 'defer',
  endsOn: day('2027-04-07'),
};

const facts: { readonly [Kind in LetterKind]: readonly LetterFacts[Kind][] } = {
  order_placed: [
    { order, iban: envelope.seller.iban },
    { order: { ...order, purpose: 'mailboxes' }, iban: null },
    { order: { ...order, purpose: 'settlement' }, iban: null },
  ],
  order_paid: [
    { order, paidAt: instant('2027-03-02T10:12:00Z'), paidBy: visa, surplus: 0n, balance: 5000n },
    {
      order: { ...order, purpose: 'settlement' },
      paidAt: instant('2027-03-02T10:12:00Z'),
      paidBy: 'transfer',
      surplus: 1000n,
      balance: 1000n,
    },
    {
      order: { ...order, purpose: 'mailboxes' },
      paidAt: instant('2027-03-02T10:12:00Z'),
      paidBy: 'account',
      surplus: 0n,
      balance: 0n,
    },
  ],
  invoice: [invoice, { ...invoice, method: null }, { ...invoice, covered: 2990n, due: 0n, lines: many }],
  collected: [
    {
      amount: 2990n,
      currency: 'EUR',
      invoices: ['2027/000123'],
      method: visa,
      collectedAt: instant('2027-03-01T05:00:04Z'),
    },
    {
      amount: 9990n,
      currency: 'EUR',
      invoices: ['2027/000123', '2027/000124'],
      method: paypal,
      collectedAt: instant('2027-03-01T05:00:04Z'),
    },
  ],
  debt: [
    { ...owed, method: null, retryOn: null },
    { ...owedSeveral, method: visa, retryOn: day('2027-03-04') },
  ],
  reminder: [
    { ...owed, daysLeft: 3 },
    { ...owedSeveral, daysLeft: 1 },
  ],
  suspended: [suspended, { ...suspended, suspended: many, inbound: 'accept' }, { ...suspended, inbound: 'reject' }],
  resumed: [
    { mailboxes: listed(boxes), resumedAt: instant('2027-03-12T14:20:00Z') },
    { mailboxes: listed(boxes.slice(0, 1)), resumedAt: instant('2027-03-12T14:20:00Z') },
  ],
  ending_soon: [
    { ...owed, ending: listed(boxes), endsOn: day('2027-04-07'), daysLeft: 7 },
    { ...owedSeveral, ending: listed(boxes.slice(0, 1)), endsOn: day('2027-04-07'), daysLeft: 1 },
  ],
  ended: [
    ended,
    { ...ended, reason: 'termination', mailboxes: many },
    { ...ended, reason: 'debt', deletedOn: null, buyBackUrl: null, debt: 2990n },
  ],
  deletion_warning: [
    {
      mailboxes: listed(boxes),
      deletedOn: day('2027-03-31'),
      daysLeft: 7,
      exportUrl: url('esporta'),
      buyBackUrl: url('caselle/riacquista'),
    },
    {
      mailboxes: listed(boxes.slice(0, 1)),
      deletedOn: day('2027-03-31'),
      daysLeft: 1,
      exportUrl: url('esporta'),
      buyBackUrl: url('caselle/riacquista'),
    },
  ],
  renewal_notice: [renewal, { ...renewal, method: null }, { ...renewal, renewals: many, credit: 20000n }],
  mode_changed: [
    { changes: listed(changes), currency: 'EUR', changedBy: 'Anna Rossi', anyEnds: true },
    { changes: many, currency: 'EUR', changedBy: 'Anna Rossi', anyEnds: false },
  ],
  termination_recorded: [
    {
      platform,
      mailboxes: listed(boxes.map((box) => ({ ...box, endsOn: day('2027-06-30') }))),
      lastOn: day('2027-06-30'),
      recordedBy: 'Anna Rossi',
      platformUrl: url('piattaforme/1'),
    },
  ],
  termination_revoked: [{ platform, mailboxes: listed(renewalRows), revokedBy: 'Anna Rossi' }],
  ...methodSamples,
  balance_low: [
    {
      balance: 870n,
      threshold: 1000n,
      currency: 'EUR',
      nextRenewal: { on: day('2027-04-01'), gross: 14002n },
      topUpUrl: owed.topUpUrl,
    },
    { balance: 870n, threshold: 1000n, currency: 'EUR', nextRenewal: null, topUpUrl: owed.topUpUrl },
  ],
  new_device: [
    {
      user: 'anna@officine-lukasz.example',
      at: instant('2027-03-02T08:00:00Z'),
      device: 'Firefox, Linux',
      address: '2001:db8::17',
      sessionsUrl: url('sessioni'),
    },
  ],
  second_factor_changed: [
    { what: 'passkey_added', ...changedFactor },
    { what: 'passkey_copied', ...changedFactor },
    { what: 'address_changed', ...changedFactor, name: 'anna@example.com' },
    { what: 'password_changed', ...changedFactor, name: '' },
    { what: 'recovery_codes_renewed', ...changedFactor, name: '' },
  ],
  password_reset: [
    {
      user: 'anna@officine-lukasz.example',
      link: url('password/7hG4fD2sA9kL1qW8eR5tY6uI'),
      expiresAt: instant('2027-03-02T09:00:00Z'),
      address: '192.0.2.7',
    },
  ],
  payment_failed_action: [
    {
      amount: 2990n,
      currency: 'EUR',
      invoices: ['2027/000123'],
      method: visa,
      link: url('conferma/ch_81'),
      deadlineAt: owed.deadlineAt,
    },
  ],
  price_announced: [
    {
      prices: [
        { plan: 'Hosted Exchange 2016', mode: 'monthly', was: 299n, becomes: 329n },
        { plan: 'Hosted Exchange 2016', mode: 'yearly', was: 2990n, becomes: 3290n },
      ],
      currency: 'EUR',
      validFrom: day('2027-06-01'),
      mailboxes: 5,
      modeUrl: url('rinnovi'),
    },
  ],
  credit_note: [
    {
      number: 'NC-2027/000004',
      issuedOn: day('2027-03-05'),
      invoice: '2027/000123',
      gross: 2990n,
      currency: 'EUR',
      reason: 'Casella fatturata per errore',
      toDebt: 1990n,
      toCredit: 1000n,
      documentUrl: url('note/4.pdf'),
    },
  ],
  refund: [
    {
      amount: 5000n,
      currency: 'EUR',
      method: visa,
      refundedAt: instant('2027-03-05T12:00:00Z'),
      balance: 0n,
      reason: 'Prelievo del credito richiesto',
    },
  ],
  invitation: (['admin', 'billing', 'technical'] as const).map((role) => {
    return {
      role,
      invitedBy: 'Anna Rossi',
      link: url('invito/2kJ8hG5fD3sA1qW7eR9tY4uI'),
      expiresAt: instant('2027-03-09T08:00:00Z'),
    };
  }),
};

/** Every kind of letter with every shape of data it is written from. */
export const samples: readonly { kind: LetterKind; data: LetterData[LetterKind] }[] = (
  Object.keys(facts) as LetterKind[]
).flatMap((kind) => facts[kind].map((fact) => ({ kind, data: { ...envelope, ...fact } as LetterData[LetterKind] })));
