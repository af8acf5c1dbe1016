import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commandLine } from '#spec/_cli.ts';
import { freshDatabase } from '#spec/harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'rinnovo-backup-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const prices = 'product,plan,currency,monthly,yearly,valid_from\nexchange,basic,EUR,2.99,29.99,2020-01-01\n';
const mailboxes = `customer,name,email,country,vat_number,language,platform,product,mailbox,plan,mode,starts_on,expires_on
acme,Acme Srl,info@acme.example,IT,,it,hosted-acme-1,exchange,a@acme.example,basic,monthly,2031-01-01,2031-02-01
acme,Acme Srl,info@acme.example,IT,,it,hosted-acme-1,exchange,b@acme.example,basic,yearly,2030-02-10,2031-02-10
`;
const lists = ['mailboxes', 'movements', 'events'];

test('P13: a backup restores every row, and nothing leaves before the books are compared', async (t) => {
  const from = commandLine(await freshDatabase(t), t);
  const to = commandLine(await freshDatabase(t), t);
  await from.rinnovo('import', 'prices', from.file('prices.csv', prices));
  await from.rinnovo('import', 'mailboxes', from.file('mailboxes.csv', mailboxes));
  assert.equal((await from.rinnovo('renew', '--on', '2031-02-01')).code, 0);
  const backup = join(folder, 'one');
  assert.equal((await from.rinnovo('backup', backup)).code, 0);
  assert.equal((await to.rinnovo('restore', backup)).code, 0);
  for (const list of lists) {
    const words = ['export', list, '--format', 'jsonl'];
    assert.equal((await to.rinnovo(...words)).out, (await from.rinnovo(...words)).out, list);
  }
  const held = await to.rinnovo('renew', '--on', '2031-02-10');
  assert.equal(held.code, 1);
  assert.match(held.err, /restored from a backup/);
  const partly = await to.rinnovo('reconcile', '--from', '2031-01-01', '--to', '2031-02-11');
  assert.match(partly.err, /compare the whole time since the backup, --from 20\d\d-\d\d-\d\d --to /);
  const { code, err } = await to.rinnovo('reconcile', '--from', '2026-01-01', '--to', '2031-02-11');
  assert.deepEqual([code, err], [0, '']);
  const renewed = await to.rinnovo('renew', '--on', '2031-02-10');
  assert.match(renewed.out, /Renewed 1 mailbox with/);
  assert.match((await to.rinnovo('verify')).out, /hold\./);
});

test('a backup is refused where there are customers, and where its version is another', async (t) => {
  const line = commandLine(await freshDatabase(t), t);
  const backup = join(folder, 'two');
  await line.rinnovo('backup', backup);
  const manifest = join(backup, 'manifest.json');
  writeFileSync(
    manifest,
    JSON.stringify({ ...JSON.parse(readFileSync(manifest, 'utf8')), migrations: ['0001_schema'], tables: [] }),
  );
  const other = await line.rinnovo('restore', backup);
  assert.equal(other.code, 1);
  assert.match(other.err, /another version/);
  await line.rinnovo('import', 'prices', line.file('prices.csv', prices));
  await line.rinnovo('import', 'mailboxes', line.file('mailboxes.csv', mailboxes));
  const inUse = await line.rinnovo('restore', backup);
  assert.equal(inUse.code, 1);
  assert.match(inUse.err, /customers here already/);
  assert.equal((await line.rinnovo('backup', backup)).code, 1, 'a folder that exists is not written over');
});

test('a backup is refused with another secret, before anything is made with that', async (t) => {
  const line = commandLine(await freshDatabase(t), t);
  const backup = join(folder, 'three');
  await line.rinnovo('backup', backup);
  const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', RINNOVO_SECRET: 'x'.repeat(43) };
  const other = await commandLine(await freshDatabase(t), t, nowhere).rinnovo('restore', backup);
  assert.equal(other.code, 1);
  assert.match(other.err, /^The backup was taken with another secret: put that one in place first/);
});
