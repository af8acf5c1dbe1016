import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { checkProviders } from '#cli/providers.ts';
import { StartError } from '#kit/errors.ts';
import { readSettings, secretsIn } from '#kit/settings.ts';
import { commandLine } from '#spec/_cli.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';
import { freshDatabase, testSecret } from '#spec/harness.ts';

const database = await freshDatabase({ after });
// Nothing listens there: the real providers are out of reach, whatever network this machine has.
const cutOff = { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: 'http://127.0.0.1:9' };
const keys = {
  RINNOVO_STRIPE_KEY: 'sk_test_5tripe5ecret',
  RINNOVO_STRIPE_WEBHOOK_SECRETS: 'whsec_0ldHook5ecret,whsec_newHook5ecret',
  RINNOVO_PAYPAL_CLIENT_ID: 'paypal-client',
  RINNOVO_PAYPAL_CLIENT_SECRET: 'paypa1-5ecret',
  RINNOVO_PAYPAL_WEBHOOK_IDS: 'PAYPALHOOK1,PAYPALHOOK2',
};
const secrets = secretsIn(readSettings({ RINNOVO_SECRET: testSecret, DATABASE_URL: database.ownerUrl, ...keys }));

test('a product that runs with keys, and commands that need them, tell none of them in output or log', async () => {
  const everything = { RINNOVO_LOG_LEVEL: 'trace', ...cutOff, ...keys };
  const { rinnovo, startAndStop } = commandLine(database, { after }, everything);
  const ended = [
    await startAndStop(),
    await rinnovo('reconcile', '--from', '2027-03-01', '--to', '2027-03-02'),
    await rinnovo('payments', 'check', '--provider', 'stripe', '--patience', '1', '--server', 'http://127.0.0.1:9'),
    await rinnovo('payments', 'check', '--provider', 'paypal', '--patience', '1', '--server', 'http://127.0.0.1:9'),
  ];
  const said = ended.map(({ out, err }) => out + err);
  assert.match(said[0] ?? '', /is ready at/);
  assert.match(said[1] ?? '', /^stripe cannot be compared: /m);
  assert.equal(secrets.length, 9);
  for (const text of said) for (const secret of secrets) assert.ok(!text.includes(secret), `${secret}\n${text}`);
});

test('the log strikes out a key wherever it stands, and tells of an error what it says and no more', () => {
  const script = `
    import { createLog } from '#kit/log.ts';
    const log = createLog('info', ['sk_test_5tripe5ecret']);
    const request = { headers: { authorization: 'Bearer of-a-customer' } };
    log.error({ error: Object.assign(new Error('no: sk_test_5tripe5ecret'), { request }) }, 'failed');
    log.info({ deep: { in: { a: { list: ['sk_test_5tripe5ecret'] } } } }, 'a key sk_test_5tripe5ecret');`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  const [failed, told] = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(failed.error.message, 'no: …');
  assert.match(failed.error.stack, /^Error: no: …\n/);
  assert.deepEqual([told.msg, told.deep.in.a.list], ['a key …', ['…']]);
  assert.doesNotMatch(stderr, /5tripe5ecret|of-a-customer/);
});

test('live keys are refused in the sandbox and test keys in production: one sentence, before anything is started', async () => {
  const production = {
    RINNOVO_MODE: 'production',
    RINNOVO_SMTP_URL: 'smtp://127.0.0.1:9',
    RINNOVO_MAIL_FROM: 'post@seller.example',
  };
  const refused: [Record<string, string>, RegExp][] = [
    [
      { RINNOVO_STRIPE_KEY: 'sk_live_5tripe5ecret' },
      /^RINNOVO_STRIPE_KEY moves real money; here only a test key is taken\.\n$/,
    ],
    [
      { RINNOVO_STRIPE_KEY: 'rk_live_5tripe5ecret' },
      /^RINNOVO_STRIPE_KEY moves real money; here only a test key is taken\.\n$/,
    ],
    [
      { ...production, RINNOVO_STRIPE_KEY: 'sk_test_5tripe5ecret' },
      /^RINNOVO_STRIPE_KEY is a test key; production needs a live one\.\n$/,
    ],
    [
      { RINNOVO_STRIPE_KEY: 'pk_test_5tripe5ecret' },
      /^RINNOVO_STRIPE_KEY: The Stripe key is not a secret key: it must begin with .*\n$/,
    ],
    [{ RINNOVO_PAYPAL_CLIENT_ID: 'paypal-client' }, /^PayPal needs both /],
  ];
  for (const [settings, sentence] of refused) {
    const nowhere = { ...cutOff, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x' };
    const { rinnovo } = commandLine(database, { after }, { ...nowhere, ...settings });
    const { code, out, err } = await rinnovo('start');
    assert.match(err, sentence);
    assert.deepEqual([code, out, err.split('\n').length], [1, '', 2]);
    assert.doesNotMatch(err, /5tripe5ecret/);
  }
});

test('a key that its provider refuses is one sentence at the start; a provider that does not answer is none', async () => {
  const stripe = await startFakeStripe();
  const paypal = await startFakePaypal({ now: () => Temporal.Now.instant() });
  after(() => Promise.all([stripe.close(), paypal.close()]));
  const servers = { stripe: new URL(`http://127.0.0.1:${stripe.server.port}`), paypal: new URL(paypal.url) };
  const right = {
    RINNOVO_SECRET: testSecret,
    RINNOVO_STRIPE_KEY: stripe.secretKey,
    RINNOVO_PAYPAL_CLIENT_ID: paypal.clientId,
    RINNOVO_PAYPAL_CLIENT_SECRET: paypal.clientSecret,
  };
  const check = (change: Record<string, string>) => checkProviders(readSettings({ ...right, ...change }), servers);
  await check({});
  const sentences: [Record<string, string>, RegExp][] = [
    [{ RINNOVO_STRIPE_KEY: 'sk_test_5tripe5ecret' }, /^Stripe does not take RINNOVO_STRIPE_KEY: /],
    [{ RINNOVO_PAYPAL_CLIENT_SECRET: 'paypa1-5ecret' }, /^PayPal does not take RINNOVO_PAYPAL_CLIENT_ID and _SECRET: /],
  ];
  for (const [change, sentence] of sentences) {
    await assert.rejects(check(change), (error: Error) => {
      assert.ok(error instanceof StartError);
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message, /5ecret|\n/);
      return true;
    });
  }
  stripe.faults.once('balance_transactions.list', 'error_before');
  paypal.faults.once('signIn', 'error_before');
  await check({ RINNOVO_PAYPAL_CLIENT_SECRET: 'paypa1-5ecret' });
});
