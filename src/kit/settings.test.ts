import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSettings } from '#kit/settings.ts';

const home = mkdtempSync(join(tmpdir(), 'rinnovo-settings-'));
after(() => rmSync(home, { recursive: true, force: true }));
const env = { RINNOVO_HOME: home };

test('without settings it is a sandbox with the demo company, on this machine only', () => {
  const { mode, demo, host, port, publicUrl, workers } = readSettings(env);
  assert.deepEqual(
    { mode, demo, host, port, publicUrl, workers },
    { mode: 'sandbox', demo: true, host: '127.0.0.1', port: 8080, publicUrl: 'http://localhost:8080', workers: 2 },
  );
});

test('the secret is made once, kept, and readable by nobody else', () => {
  const { secret } = readSettings(env);
  assert.equal(Buffer.from(secret, 'base64url').length, 32);
  assert.equal(readSettings(env).secret, secret);
  assert.equal(readFileSync(join(home, 'secret'), 'utf8'), secret);
  assert.equal(statSync(join(home, 'secret')).mode & 0o777, 0o600);
});

test('a secret may come from a file, but not from two places', () => {
  const file = join(home, 'from-file');
  writeFileSync(file, 'whispered\n');
  assert.equal(readSettings({ ...env, RINNOVO_SECRET_FILE: file }).secret, 'whispered');
  assert.throws(() => readSettings({ ...env, RINNOVO_SECRET: 'a', RINNOVO_SECRET_FILE: file }), /not both/);
});

test('production has no demo company', () => {
  assert.equal(readSettings({ ...env, RINNOVO_MODE: 'production' }).demo, false);
  assert.throws(
    () => readSettings({ ...env, RINNOVO_MODE: 'production', RINNOVO_DEMO: '1' }),
    /no place in production/,
  );
});

test('a sender no mail server would take is one sentence, and none at all is not made up', () => {
  assert.equal(readSettings(env).mailFrom, undefined);
  for (const sender of ['Seller <post@seller.example>', 'post@seller.example', '"Löwe & Co" <post@löwe.example>']) {
    assert.equal(readSettings({ ...env, RINNOVO_MAIL_FROM: sender }).mailFrom, sender);
  }
  for (const sender of ['Seller', 'post@seller', 'Seller post@seller.example', 'Seller <post@seller.example']) {
    assert.throws(() => readSettings({ ...env, RINNOVO_MAIL_FROM: sender }), {
      message: `RINNOVO_MAIL_FROM is ${sender}; it must be an address, or Name <address>.`,
    });
  }
});

test('trusted proxies are addresses or ranges, and not everybody', () => {
  assert.deepEqual(readSettings(env).trustedProxies, []);
  const listed = readSettings({ ...env, RINNOVO_TRUSTED_PROXIES: '10.0.0.5, 172.16.0.0/12,2001:db8::/32' });
  assert.deepEqual(listed.trustedProxies, ['10.0.0.5', '172.16.0.0/12', '2001:db8::/32']);
  for (const proxy of ['proxy.example', '10.0.0', '10.0.0.0/33', '10.0.0.0/a', '10.0.0.0/', '0.0.0.0/0', '::/0']) {
    assert.throws(() => readSettings({ ...env, RINNOVO_TRUSTED_PROXIES: `10.0.0.5,${proxy}` }), {
      message: `RINNOVO_TRUSTED_PROXIES has ${proxy}; each must be an address or a range such as 10.0.0.0/8.`,
    });
  }
});

test('an unknown or bad setting is named, an address with a password is not repeated', () => {
  assert.throws(() => readSettings({ ...env, RINNOVO_PROT: '1' }), /^StartError: RINNOVO_PROT is not a setting/);
  assert.throws(() => readSettings({ ...env, RINNOVO_WORKERS: '0' }), /RINNOVO_WORKERS is 0/);
  assert.throws(() => readSettings({ ...env, DATABASE_URL: 'mysql://me:pass@host/x' }), {
    message: 'DATABASE_URL is not a valid address.',
  });
});

test('keys of the providers come from the environment or from files, and two webhook secrets while one replaces the other', () => {
  const file = join(home, 'stripe-key');
  writeFileSync(file, 'sk_test_1\n');
  const keys = {
    RINNOVO_STRIPE_KEY_FILE: file,
    RINNOVO_STRIPE_WEBHOOK_SECRETS: 'whsec_old, whsec_new',
    RINNOVO_PAYPAL_CLIENT_ID: 'client',
    RINNOVO_PAYPAL_CLIENT_SECRET: 'shh',
    RINNOVO_PAYPAL_WEBHOOK_IDS: 'WH1,WH2',
  };
  const { stripe, paypal } = readSettings({ ...env, ...keys });
  assert.deepEqual(stripe, { secretKey: 'sk_test_1', webhookSecrets: ['whsec_old', 'whsec_new'] });
  assert.deepEqual(paypal, { clientId: 'client', clientSecret: 'shh', webhookIds: ['WH1', 'WH2'] });
  const none = readSettings(env);
  assert.deepEqual([none.stripe, none.paypal], [undefined, undefined]);
});

test('half of what a provider needs is one sentence that names the rest and repeats no key', () => {
  const impossible: [Record<string, string>, RegExp][] = [
    [{ RINNOVO_PAYPAL_CLIENT_ID: 'half-a-pair' }, /^PayPal needs both .*_CLIENT_ID and .*_CLIENT_SECRET\.$/],
    [{ RINNOVO_PAYPAL_CLIENT_SECRET: 'half-a-pair' }, /^PayPal needs both .*_CLIENT_ID and .*_CLIENT_SECRET\.$/],
    [{ RINNOVO_PAYPAL_WEBHOOK_IDS: 'half-a-pair' }, /^PayPal needs both .*_CLIENT_ID and .*_CLIENT_SECRET\.$/],
    [
      { RINNOVO_STRIPE_WEBHOOK_SECRETS: 'whsec_half-a-pair' },
      /^RINNOVO_STRIPE_WEBHOOK_SECRETS is set, but .*_KEY is not\.$/,
    ],
    [
      { RINNOVO_STRIPE_KEY: 'sk_test_1', RINNOVO_STRIPE_WEBHOOK_SECRETS: 'whsec_1,half-a-pair' },
      /^RINNOVO_STRIPE_WEBHOOK_SECRETS must be signing secrets, each beginning with whsec_\.$/,
    ],
    [
      { RINNOVO_STRIPE_KEY_FILE: join(home, 'nowhere') },
      /^RINNOVO_STRIPE_KEY_FILE points to .* which cannot be read\.$/,
    ],
  ];
  for (const [keys, sentence] of impossible) {
    assert.throws(
      () => readSettings({ ...env, ...keys }),
      (error: Error) => sentence.test(error.message) && !error.message.includes('half-a-pair'),
    );
  }
});
