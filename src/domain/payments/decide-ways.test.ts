import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { decideWays, type Obstacle, type WayMethod, type WayQuestion } from '#domain/payments/decide-ways.ts';

const on = Temporal.PlainDate.from('2027-03-01');
const card: WayMethod = {
  ...{ methodId: 1n, provider: 'stripe', state: 'valid', failure: '', wantsOwner: false },
  expiresOn: Temporal.PlainDate.from('2030-12-31'),
};
const stripe = { name: 'stripe', kinds: ['card'], limits: { least: 50n, most: 99_999_999n } } as const;
const paypal = { name: 'paypal', kinds: ['paypal'], limits: { least: 1n, most: 1_000_000_00n } } as const;
const usual: WayQuestion = {
  purchase: { kind: 'mailboxes', amount: 1220n, currency: 'EUR' },
  ...{ on, balance: 5000n, methods: [card], providers: [stripe, paypal], hasBank: true, isCharging: false },
};

/** Why each way may not be taken, by name. */
function whyNot(change: Partial<WayQuestion>): Record<string, Obstacle | null> {
  const ways = decideWays({ ...usual, ...change });
  return Object.fromEntries(ways.map((way) => [way.by === 'page' ? way.kind : way.by, way.why]));
}

const open = { account: null, method: null, card: null, paypal: null, transfer: null };
const buying = (amount: bigint) => ({ purchase: { ...usual.purchase, amount }, balance: amount });

test('each way to pay may be taken, or is told with the reason why not (R11)', () => {
  const table: [string, Partial<WayQuestion>, Partial<typeof open> | Record<string, Obstacle>][] = [
    ['new mailboxes, in credit', {}, {}],
    ['credit that is a cent short', { balance: 1219n }, { account: 'credit_too_low' }],
    ['a top-up', { purchase: { ...usual.purchase, kind: 'top_up' } }, { account: 'not_for_top_ups' }],
    ['a debt', { purchase: { ...usual.purchase, kind: 'settlement' } }, { account: 'not_for_debts' }],
    [
      'a card that ended yesterday',
      { methods: [{ ...card, expiresOn: on.subtract({ days: 1 }) }] },
      { method: 'expired' },
    ],
    ['a card that ends today', { methods: [{ ...card, expiresOn: on }] }, {}],
    [
      'a card that was refused for good',
      { methods: [{ ...card, state: 'failed', failure: 'lost_card' }] },
      { method: 'failed' },
    ],
    [
      'a consent taken back',
      { methods: [{ ...card, state: 'failed', failure: 'revoked_at_stripe' }] },
      { method: 'revoked' },
    ],
    [
      'a bank that wants its customer',
      { methods: [{ ...card, wantsOwner: true }] },
      { method: 'needs_authentication' },
    ],
    ['a registration not yet finished', { methods: [{ ...card, state: 'pending' }] }, { method: 'pending' }],
    ['no PayPal here', { providers: [stripe] }, { paypal: 'provider_missing' }],
    [
      'a card of a provider that was given up',
      { providers: [paypal] },
      { method: 'provider_missing', card: 'provider_missing' },
    ],
    [
      'a currency PayPal does not take',
      { providers: [stripe, { ...paypal, limits: null }] },
      { paypal: 'currency_not_taken' },
    ],
    ['less than Stripe takes', buying(49n), { method: 'amount_too_small', card: 'amount_too_small' }],
    ['the least it takes', buying(50n), {}],
    ['the most PayPal takes', buying(1_000_000_00n), { method: 'amount_too_large', card: 'amount_too_large' }],
    [
      'a charge under way',
      { isCharging: true },
      { method: 'charge_under_way', card: 'charge_under_way', paypal: 'charge_under_way' },
    ],
    ['no account to transfer to', { hasBank: false }, { transfer: 'no_bank_account' }],
  ];
  for (const [name, change, expected] of table) assert.deepEqual(whyNot(change), { ...open, ...expected }, name);
});
