import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import type { Catalog } from '#domain/catalog/list.ts';
import { priceBook } from '#domain/catalog/price-on.ts';
import type { Plan } from '#domain/catalog/types.ts';
import type { DueMailbox } from '#domain/platforms/due.ts';
import { decideRenewal } from '#domain/renewals/decide.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const plan = (planId: bigint, code: string, alignment: Plan['alignment'] = 'none'): [bigint, Plan] => {
  return [planId, { planId, code, name: code, alignment, productId: 1n, product: 'exchange', productName: 'Exchange' }];
};
const price = (planId: bigint, validFrom: string, monthly: bigint) => {
  return { planId, currency: 'EUR', validFrom: day(validFrom), monthly, yearly: 10n * monthly };
};
const catalog: Catalog = {
  plans: new Map([plan(1n, 'basic'), plan(2n, 'aligned', 'first_of_month'), plan(3n, 'priceless')]),
  prices: priceBook([price(1n, '2020-01-01', 299n), price(1n, '2027-04-01', 349n), price(2n, '2020-01-01', 310n)]),
  rates: new Map(),
};

const mailbox: DueMailbox = {
  customerId: 1n,
  mailboxId: 2n,
  platformId: 3n,
  planId: 1n,
  address: 'a@example.com',
  state: 'active',
  suspendedFor: null,
  mode: 'monthly',
  laterMode: null,
  anchorOn: day('2027-01-31'),
  chain: 1,
  expiresOn: day('2027-02-28'),
  terminated: false,
};

/** The decision in a few words. */
function decide(changed: Partial<DueMailbox> = {}, today = '2027-02-28'): string {
  const decision = decideRenewal({ ...mailbox, ...changed }, { catalog, currency: 'EUR', today: day(today) });
  if (decision.do === 'renew')
    return `renew ${decision.startsOn} → ${decision.endsOn} ${decision.mode} ${decision.net}`;
  return decision.do === 'park' ? `park: ${decision.reason}` : decision.do;
}

test('due means that the expiry is today or before, however long', () => {
  assert.equal(decide({}, '2027-02-27'), 'nothing');
  assert.equal(decide({}, '2027-02-28'), 'renew 2027-02-28 → 2027-03-31 monthly 299');
  assert.equal(decide({}, '2027-08-01'), 'renew 2027-02-28 → 2027-03-31 monthly 299');
});

test('the price is the one in force on the first day of the term, not on the day of the run', () => {
  assert.equal(decide({ expiresOn: day('2027-03-31') }, '2027-04-20'), 'renew 2027-03-31 → 2027-04-30 monthly 299');
  assert.equal(decide({ expiresOn: day('2027-04-01') }, '2027-04-20'), 'renew 2027-04-01 → 2027-05-01 monthly 349');
  assert.equal(decide({ mode: 'yearly' }), 'renew 2027-02-28 → 2028-02-29 yearly 2990');
});

test('an aligned plan is renewed for the stub first', () => {
  const aligned = { planId: 2n, expiresOn: day('2027-03-16') };
  assert.equal(decide(aligned, '2027-03-16'), 'renew 2027-03-16 → 2027-04-01 monthly 160');
  assert.equal(decide({ ...aligned, mode: 'yearly' }, '2027-03-16'), 'renew 2027-03-16 → 2028-04-01 yearly 3236');
});

test('a none and a terminated platform expire, also for a mailbox suspended for debt', () => {
  const indebted = { state: 'suspended', suspendedFor: 'debt' } as const;
  assert.equal(decide({ mode: 'none' }), 'expire');
  assert.equal(decide({ terminated: true, mode: 'yearly' }), 'expire');
  assert.equal(decide({ ...indebted, mode: 'none' }), 'expire');
  assert.equal(decide({ mode: 'none' }, '2027-02-27'), 'nothing', 'never before its expiry');
});

test('a mode that was changed after the cut-off does not count yet', () => {
  assert.equal(decide({ laterMode: 'none' }), 'renew 2027-02-28 → 2027-03-31 monthly 299');
});

test('suspended for debt, a mailbox is not renewed; expired or ended, nothing happens to it', () => {
  assert.equal(decide({ state: 'suspended', suspendedFor: 'debt' }), 'await_payment');
  assert.equal(decide({ state: 'suspended', suspendedFor: 'expiry' }), 'nothing');
  assert.equal(decide({ state: 'ended' }), 'nothing');
});

test('without a price in the customer’s currency on that day it is set aside, with the reason', () => {
  assert.equal(decide({ planId: 3n }), 'park: no price of priceless in EUR on 2027-02-28');
  assert.equal(decide({ planId: 9n }), 'park: no price of an unknown plan in EUR on 2027-02-28');
  assert.equal(decide({ expiresOn: day('2019-12-31') }), 'park: no price of basic in EUR on 2019-12-31');
});
