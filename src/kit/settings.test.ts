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

test('an unknown or bad setting is named, an address with a password is not repeated', () => {
  assert.throws(() => readSettings({ ...env, RINNOVO_PROT: '1' }), /^StartError: RINNOVO_PROT is not a setting/);
  assert.throws(() => readSettings({ ...env, RINNOVO_WORKERS: '0' }), /RINNOVO_WORKERS is 0/);
  assert.throws(() => readSettings({ ...env, DATABASE_URL: 'mysql://me:pass@host/x' }), {
    message: 'DATABASE_URL is not a valid address.',
  });
});
