import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import { type SandboxCard, type SandboxFault, sandboxCards } from '#adapters/payments/sandbox-cards.ts';
import { createSandboxPages } from '#adapters/payments/sandbox-pages.ts';
import { declineKind } from '#domain/payments/decline-codes.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';
import { providerContract } from '#spec/contracts/provider.ts';
import { freshDatabase } from '#spec/harness.ts';

const database = await freshDatabase({ after });
const db = database.system;
const pagesUrl = 'http://localhost:8080/sandbox/provider';
let at = Temporal.Now.instant();
let broken: SandboxFault | undefined;
const now = () => at;
const fault = (operation: string) => {
  const once = operation === 'confirmCharge' ? broken : undefined;
  if (once) broken = undefined;
  return once;
};
const provider = createSandboxProvider(db, { now, pagesUrl, fault, slowMilliseconds: 1 });
const pages = createSandboxPages(db, { now });

const visit = (url: string, form?: Record<string, string>, language = 'it') =>
  pages({ method: form ? 'POST' : 'GET', path: url.slice(pagesUrl.length), language, form: form ?? {} });

const asked = (token: string | null, amount = 36_48n) => ({
  key: randomUUID(),
  amount,
  currency: 'EUR',
  token,
  description: 'Fattura <17> & "co"',
  owner: 'customer-7',
  returnUrl: 'https://portal.example/done',
});

const charge = async (card: SandboxCard, amount?: bigint) => {
  const { ref } = await provider.createCharge(asked(await provider.registerTestMethod(card), amount));
  return ref;
};

providerContract({
  provider,
  token: (behaviour) => {
    const cards = {
      succeeds: 'success',
      declines_softly: 'insufficient_funds',
      declines_hard: 'stolen_card',
      asks_for_its_owner: 'authentication_required',
    } as const;
    return provider.registerTestMethod(cards[behaviour]);
  },
  registerOn: async ({ url }, kind) => {
    const card = kind === 'card' ? 'success' : 'paypal';
    assert.equal((await visit(url, { act: 'register', card, expiry: '12/34' })).status, 303);
  },
  payOn: async ({ url }) => (await visit(url, { act: 'pay', card: 'success' })).changed !== undefined,
  loseAnswer: (when) => {
    broken = `timeout_${when}`;
  },
});

test('each test card does what its name says', async () => {
  const declined = async (card: SandboxCard) => {
    const outcome = await provider.confirmCharge(await charge(card));
    assert.equal(outcome.state, 'declined', card);
    return outcome.state === 'declined' ? declineKind(outcome.code) : '';
  };
  assert.equal(await declined('insufficient_funds'), 'soft');
  assert.equal(await declined('generic_decline'), 'soft');
  assert.equal(await declined('stolen_card'), 'hard');
  assert.equal(await declined('expired_card'), 'hard');
  assert.equal(await declined('paypal_revoked'), 'hard');
  for (const card of ['success', 'slow', 'refund_fails', 'paypal'] as const) {
    assert.equal((await provider.confirmCharge(await charge(card))).state, 'succeeded', card);
  }
});

test('a card with a credit limit pays only what its credit covers, and nothing of what it does not (source document)', async () => {
  const token = await provider.registerTestMethod('credit_limit', { creditLeft: 50_00n });
  const outcomes: string[] = [];
  for (const amount of [50_01n, 30_00n, 20_01n, 20_00n, 1n]) {
    const { ref } = await provider.createCharge(asked(token, amount));
    outcomes.push((await provider.confirmCharge(ref)).state);
  }
  assert.deepEqual(outcomes, ['declined', 'succeeded', 'declined', 'succeeded', 'declined']);
});

test('two providers drawing on one credit at the same moment do not overdraw it', async () => {
  const token = await provider.registerTestMethod('credit_limit', { creditLeft: 50_00n });
  const other = createSandboxProvider(db, { now, pagesUrl });
  const made = await Promise.all(Array.from({ length: 20 }, () => provider.createCharge(asked(token, 10_00n))));
  const outcomes = await Promise.all(
    made.flatMap(({ ref }) => [provider.confirmCharge(ref), other.confirmCharge(ref)]),
  );
  assert.equal(outcomes.filter((outcome) => outcome.state === 'succeeded').length, 2 * 5);
});

test('the cards with a broken wire: lost before, the next confirmation pays; lost after, it is paid already', async () => {
  for (const [card, paid] of [
    ['timeout_before', 'pending'],
    ['timeout_after', 'succeeded'],
  ] as const) {
    const ref = await charge(card);
    await assert.rejects(provider.confirmCharge(ref), ProviderUnavailable);
    assert.equal((await provider.getCharge(ref)).outcome.state, paid);
    assert.equal((await provider.confirmCharge(ref)).state, 'succeeded');
  }
});

test('PayPal through a bank clears an hour later', async () => {
  const ref = await charge('paypal_clearing');
  assert.equal((await provider.confirmCharge(ref)).state, 'pending');
  at = at.add({ minutes: 59 });
  assert.equal((await provider.getCharge(ref)).outcome.state, 'pending');
  at = at.add({ minutes: 1 });
  assert.equal((await provider.getCharge(ref)).outcome.state, 'succeeded');
});

test('a card is expired from the day after its last', async () => {
  const today = at.toZonedDateTimeISO('UTC').toPlainDate();
  const token = await provider.registerTestMethod('success', { expiresOn: today });
  const { ref: first } = await provider.createCharge(asked(token));
  const { ref: second } = await provider.createCharge(asked(token));
  assert.equal((await provider.confirmCharge(first)).state, 'succeeded');
  at = at.add({ hours: 24 });
  assert.deepEqual(await provider.confirmCharge(second), { state: 'declined', code: 'expired_card' });
});

test('a refund that the bank refuses fails and moves nothing', async () => {
  const chargeRef = await charge('refund_fails');
  await provider.confirmCharge(chargeRef);
  const refund = await provider.refund({ key: randomUUID(), chargeRef, amount: 1_00n, currency: 'EUR' });
  assert.equal(refund.state, 'failed');
  assert.equal((await provider.getCharge(chargeRef)).refunded, 0n);
});

test('a dispute takes back what is left, once', async () => {
  const ref = await charge('success');
  await provider.confirmCharge(ref);
  await provider.refund({ key: randomUUID(), chargeRef: ref, amount: 6_48n, currency: 'EUR' });
  const dispute = await provider.openDispute(ref);
  const amounts: bigint[] = [];
  for await (const line of provider.listMovements(at, at.add({ seconds: 1 }))) {
    if (line.ref === dispute) amounts.push(line.amount);
  }
  assert.deepEqual(amounts, [-30_00n]);
  await assert.rejects(provider.openDispute(ref));
  await assert.rejects(provider.refund({ key: randomUUID(), chargeRef: ref, amount: 1n, currency: 'EUR' }));
});

test('the pages speak both languages, carry no script and no card number, and escape what we wrote', async () => {
  const { ref, url } = await provider.createCharge(asked(null));
  const started = await provider.startMethod({
    customerId: 1n,
    methodId: 1n,
    kind: 'card',
    returnUrl: 'https://portal.example/m',
  });
  for (const page of [String(url), started.url]) {
    const italian = await visit(page);
    const english = await visit(page, undefined, 'en-GB,en;q=0.9');
    assert.match(italian.body, /lang="it"/);
    assert.match(english.body, /lang="en"/);
    for (const { status, body, headers } of [italian, english]) {
      assert.equal(status, 200);
      assert.doesNotMatch(body, /<script|style=|\son\w+=|<17>|\d{12,}|(\d{4}[ -]){3}/i);
      assert.match(
        headers['content-security-policy'] ?? '',
        /default-src 'none'.*form-action 'self' https:\/\/portal\.example;/,
      );
      assert.equal(headers['cache-control'], 'no-store');
    }
  }
  assert.match((await visit(String(url))).body, /36,48/);
  assert.equal((await visit(`${pagesUrl}/style.css`)).headers['content-type'], 'text/css; charset=utf-8');
  assert.equal((await visit(`${pagesUrl}/charges/${ref}x`)).status, 404);
});

test('on the registration page: bad input says what is wrong and changes nothing, a refused card fails, leaving fails', async () => {
  const start = (methodId: bigint) =>
    provider.startMethod({ customerId: 1n, methodId, kind: 'card', returnUrl: 'https://portal.example/m' });
  const { ref, url } = await start(2n);
  for (const form of [
    { act: 'register', card: 'none', expiry: '12/34' },
    { act: 'register', card: 'toString', expiry: '12/34' },
    { act: 'register', card: 'paypal' },
    { act: 'register', card: 'success', expiry: '13/34' },
    { act: 'register', card: 'success', expiry: '01/20' },
  ]) {
    assert.equal((await visit(url, form)).status, 422);
    assert.equal((await provider.getMethod(ref)).state, 'pending');
  }
  const answer = await visit(url, { act: 'register', card: 'success', expiry: '02/32' });
  assert.deepEqual(answer.changed, { kind: 'method', ref });
  assert.equal(answer.headers['location'], 'https://portal.example/m');
  const method = await provider.getMethod(ref);
  assert.equal(String(method.expiresOn), '2032-02-29');
  assert.equal(method.lastFour, sandboxCards.success.lastFour);
  const refused = await start(3n);
  await visit(refused.url, { act: 'register', card: 'registration_refused', expiry: '12/34' });
  assert.equal((await provider.getMethod(refused.ref)).state, 'failed');
  const left = await start(4n);
  await visit(left.url, { act: 'cancel' });
  assert.equal((await provider.getMethod(left.ref)).state, 'failed');
});

test('on the payment page a refusal leaves the charge open for another card; refusing a confirmation ends it', async () => {
  const { ref, url } = await provider.createCharge(asked(null));
  assert.equal((await visit(String(url), { act: 'pay', card: 'stolen_card' })).status, 422);
  assert.equal((await visit(String(url), { act: 'pay', card: 'credit_limit' })).status, 422);
  assert.equal((await visit(String(url), { act: 'pay', card: 'authentication_required' })).status, 303);
  assert.equal((await provider.getCharge(ref)).outcome.state, 'succeeded');
  const asks = await charge('authentication_required');
  await provider.confirmCharge(asks);
  await visit(`${pagesUrl}/charges/${asks}`, { act: 'refuse' });
  assert.deepEqual((await provider.getCharge(asks)).outcome, { state: 'declined', code: 'authentication_failed' });
});

test('nobody pays on the page of a charge whose method was never asked', async () => {
  const ref = await charge('success');
  assert.equal((await visit(`${pagesUrl}/charges/${ref}`, { act: 'pay', card: 'success' })).changed, undefined);
  assert.equal((await provider.getCharge(ref)).outcome.state, 'pending');
});

test('the provider’s book agrees with its charges: taken less refunded, per charge', async () => {
  const differing = await sql`
    select c.ref from sandbox.charges c
    left join sandbox.movements m on m.charge_ref = c.ref and m.kind <> 'dispute'
    group by c.ref, c.state, c.amount, c.refunded
    having coalesce(sum(case m.kind when 'charge' then m.amount else -m.amount end), 0)
      <> case when c.state = 'succeeded' then c.amount - c.refunded else 0 end`.execute(db);
  assert.deepEqual(differing.rows, []);
});

test('the sandbox is out of reach of the portal’s role, and its book is never changed', async () => {
  await assert.rejects(sql`select 1 from sandbox.charges`.execute(database.api), /permission denied/);
  await assert.rejects(sql`update sandbox.movements set amount = amount + 1`.execute(db), /permission denied/);
  await assert.rejects(sql`delete from sandbox.movements`.execute(db), /permission denied/);
});
