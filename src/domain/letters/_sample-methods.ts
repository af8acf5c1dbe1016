import { day, instant, owed, paypal, visa } from './_sample-parts.ts';
import type { LetterFacts } from './types.ts';

type Kinds = 'method_added' | 'method_expiring' | 'method_unfit' | 'method_removed';

// The letters about payment methods, in every shape they can take.
export const methodSamples: { readonly [Kind in Kinds]: readonly LetterFacts[Kind][] } = {
  method_added: [
    { method: visa, isDefault: true, addedAt: instant('2027-03-02T08:00:00Z') },
    { method: paypal, isDefault: false, addedAt: instant('2027-03-02T08:00:00Z') },
  ],
  method_expiring: [
    {
      method: visa,
      expiresOn: day('2027-04-30'),
      daysLeft: 30,
      nextRenewalOn: day('2027-05-01'),
      methodUrl: owed.methodUrl,
    },
    { method: visa, expiresOn: day('2027-04-30'), daysLeft: 7, nextRenewalOn: null, methodUrl: owed.methodUrl },
  ],
  method_unfit: [
    {
      methods: [{ method: visa, why: 'expired' }],
      renewals: [{ on: day('2027-05-01'), mailboxes: 5, gross: 14002n }],
      currency: 'EUR',
      instead: null,
      methodUrl: owed.methodUrl,
    },
    {
      methods: [
        { method: paypal, why: 'revoked' },
        { method: visa, why: 'needs_authentication' },
        { method: visa, why: 'failed' },
      ],
      renewals: [
        { on: day('2027-05-01'), mailboxes: 1, gross: 598n },
        { on: day('2027-05-03'), mailboxes: 2, gross: 1196n },
      ],
      currency: 'EUR',
      instead: visa,
      methodUrl: owed.methodUrl,
    },
    {
      methods: [],
      renewals: [{ on: day('2027-05-01'), mailboxes: 5, gross: 14002n }],
      currency: 'EUR',
      instead: null,
      methodUrl: owed.methodUrl,
    },
  ],
  method_removed: [
    {
      method: visa,
      removedAt: instant('2027-03-02T08:00:00Z'),
      removedBy: 'Anna Rossi',
      nextDefault: paypal,
      methodUrl: owed.methodUrl,
    },
    {
      method: visa,
      removedAt: instant('2027-03-02T08:00:00Z'),
      removedBy: 'Anna Rossi',
      nextDefault: null,
      methodUrl: owed.methodUrl,
    },
  ],
};
