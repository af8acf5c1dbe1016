import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { contractOf } from '#adapters/payments/contract/steps.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';

const stripe = await startFakeStripe();
const paypal = await startFakePaypal({ now: () => Temporal.Now.instant() });
const home = mkdtempSync(join(tmpdir(), 'rinnovo-check-'));
after(async () => {
  await stripe.close();
  await paypal.close();
  rmSync(home, { recursive: true, force: true });
});

const stripeUrl = `http://${stripe.server.host}:${stripe.server.port}`;
const keys = {
  RINNOVO_STRIPE_KEY: stripe.secretKey,
  RINNOVO_PAYPAL_CLIENT_ID: paypal.clientId,
  RINNOVO_PAYPAL_CLIENT_SECRET: paypal.clientSecret,
};

type Settings = Record<string, string | undefined>;
type Checked = { code: number | null; out: string; err: string; opened: string[] };

/** Runs the command; `open` is the person who is sent to a page. */
function check(words: string[], settings: Settings = keys, open = async (_url: string) => {}): Promise<Checked> {
  const child = spawn(process.execPath, ['src/main.ts', 'payments', ...words], {
    env: { PATH: process.env['PATH'], RINNOVO_HOME: home, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const checked: Checked = { code: null, out: '', err: '', opened: [] };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    checked.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    checked.err += text;
    for (const url of checked.err.match(/(?<=^ {2})http\S+(?=\n)/gm) ?? []) {
      if (checked.opened.includes(url)) continue;
      checked.opened.push(url);
      void open(url);
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...checked, code }));
  });
}

const cardHolder = async (url: string) => {
  const body = new URLSearchParams({ act: 'go', card: 'pm_card_visa' });
  await fetch(url, { method: 'POST', body, redirect: 'manual' });
};
const accountHolder = async (url: string) => void (await paypal.visit(url));

const stripeWords = ['check', '--provider', 'stripe', '--server', stripeUrl];
const paypalWords = ['check', '--provider', 'paypal', '--server', paypal.url];
const names = (kind: 'card' | 'paypal') => contractOf([kind]).map(({ name }) => name);

test('with Stripe the whole contract is gone through; a person is asked three times, and no money stays', async () => {
  const { code, out, opened } = await check(stripeWords, keys, cardHolder);
  for (const name of names('card')) assert.ok(out.includes(`ok       ${name}\n`), `${name}\n${out}`);
  assert.match(out, /\nCleaned up: 11 charges given back, 4 cancelled, 18 methods removed\.\n/);
  assert.match(out, /\n20 of 20 steps ok, 0 failed, 0 skipped\.\n$/);
  assert.equal(code, 0, out);
  assert.equal(opened.length, 3);
  assert.equal(stripe.book.balance('payers', 'eur'), 0n);
});

test('with PayPal too; what its sandbox cannot bring about is skipped with the reason, and no money stays', async () => {
  const { code, out, opened } = await check([...paypalWords, '--json'], keys, accountHolder);
  const { ok, steps, clean_up } = JSON.parse(out);
  assert.deepEqual(
    steps.map(({ name }: { name: string }) => name),
    names('paypal'),
  );
  assert.deepEqual(
    steps
      .filter(({ state }: { state: string }) => state !== 'ok')
      .map(({ state, why }: { state: string; why: string }) => [state, why]),
    [
      ['skipped', 'PayPal’s sandbox has no account that wants its owner at a later payment'],
      ['skipped', 'the statement shows a charge only hours later'],
    ],
  );
  assert.deepEqual([code, ok, clean_up.left], [0, true, []]);
  assert.equal(opened.length, 3);
  assert.equal(paypal.state.saved.size, 0, 'every account that was saved is forgotten');
  const payers = [...paypal.state.captures.values()].map(({ payer }) => paypal.book.balance(payer, 'EUR'));
  assert.ok(payers.length > 5 && payers.every((balance) => balance === 0n));
});

test('a step that fails says what was expected and found, the others go on, and the end is 1', async () => {
  stripe.faults.once('refunds.create', 'error_before');
  const { code, out } = await check(stripeWords, keys, cardHolder);
  assert.match(
    out,
    /\nFAILED {3}money goes back once per key .*\n {9}the step itself: expected an answer, found ProviderUnavailable: Stripe: .*\n/,
  );
  assert.match(out, /\n19 of 20 steps ok, 1 failed, 0 skipped\.\n$/);
  assert.equal(code, 1);
  assert.equal(stripe.book.balance('payers', 'eur'), 0n);
});

test('when nobody opens the page the steps that need it fail, and nobody is waited for again', async () => {
  const { code, out, err, opened } = await check([...stripeWords, '--patience', '1']);
  assert.match(out, /FAILED {3}a card is registered .*\n.*found Error: nobody came within 1 seconds\n/);
  assert.match(out, /17 of 20 steps ok, 3 failed/);
  assert.deepEqual([code, opened.length], [1, 1], err);
});

test('a missing, live or refused key is one sentence; what is used wrongly ends with 2', async () => {
  const live = `sk_live_${'a1'.repeat(12)}`;
  const one = async (words: string[], settings: Settings) => {
    const { code, out, err } = await check(words, settings);
    assert.equal(out, '');
    assert.equal(err.trimEnd().split('\n').length, 1, err);
    assert.ok(!err.includes(live) && !err.includes('of-somebody-else'), err);
    return `${code} ${err.trimEnd()}`;
  };
  const none: Settings = {};
  assert.match(await one(['check', '--provider', 'stripe'], none), /^1 RINNOVO_STRIPE_KEY is not set/);
  assert.match(await one(['check', '--provider', 'paypal'], none), /^1 RINNOVO_PAYPAL_CLIENT_ID is not set/);
  assert.match(await one(stripeWords, { RINNOVO_STRIPE_KEY: live }), /^1 RINNOVO_STRIPE_KEY moves real money/);
  assert.match(await one(paypalWords, { ...keys, RINNOVO_MODE: 'production' }), /^1 In production PayPal’s keys move/);
  const foreign = {
    ...keys,
    RINNOVO_STRIPE_KEY: 'sk_test_of_somebody_else',
    RINNOVO_PAYPAL_CLIENT_SECRET: 'of-somebody-else',
  };
  assert.match(await one(stripeWords, foreign), /^1 Stripe does not take RINNOVO_STRIPE_KEY: Invalid API Key/);
  assert.match(await one(paypalWords, foreign), /^1 PayPal does not take RINNOVO_PAYPAL_CLIENT_ID and _SECRET: /);
  const wrong = [
    [],
    ['look'],
    ['check'],
    ['check', '--provider', 'sandbox'],
    ['check', '--provider', 'stripe', '--patience', 'long'],
    ['check', '--provider', 'stripe', '--server', 'https://stripe.example'],
  ];
  const ends = await Promise.all(wrong.map((words) => one(words, keys)));
  ends.forEach((end, i) => {
    assert.match(end, /^2 /, wrong[i]?.join(' '));
  });
});
