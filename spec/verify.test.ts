import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { readMoment } from '#kit/clock.ts';
import type { DB } from '#kit/schema.ts';
import { commandLine } from '#spec/_cli.ts';
import { sabotages } from '#spec/_sabotages.ts';
import { freshDatabase } from '#spec/harness.ts';
import { verifyAll, verifyWithin } from '#worker/verify.ts';

const database = await freshDatabase({ after });
const { rinnovo, startAndStop } = commandLine(database, { after }, { RINNOVO_DEMO: '1' });
let greeting = '';

before(async () => {
  const { code, out, err } = await startAndStop();
  assert.equal(code, 0, err);
  greeting = out;
  // The stop may have come in the middle of the day's run; some checks are about a day that is over.
  const { on } = await readMoment(database.system, 'Europe/Rome');
  assert.equal((await rinnovo('renew', '--on', String(on))).code, 0);
});

async function exported(list: string, customer: string): Promise<Record<string, string>[]> {
  const { out } = await rinnovo('export', list, '--customer', customer, '--format', 'csv');
  const [header = '', ...rows] = out.trimEnd().split('\n');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, i) => [header.split(',')[i], cell])));
}

test('the demo company shows a customer in each state, and tells a login for each role', async () => {
  const states = async (code: string) => (await exported('mailboxes', code)).map((row) => row['state']);
  assert.equal((await exported('movements', 'studio-bianchi')).at(-1)?.['balance_after'], '108.32');
  const [debt] = (await exported('invoices', 'officina-verdi')).filter((invoice) => invoice['state'] === 'open');
  const { on } = await readMoment(database.system, 'Europe/Rome');
  assert.equal(
    debt?.['issued_on'],
    on.subtract({ days: 4 }).toString(),
    'its deadline ends with the third day from now',
  );
  assert.deepEqual(await states('trattoria-rossi'), ['suspended', 'suspended', 'suspended']);
  const modes = new Set((await exported('mailboxes', 'agenzia-neri')).map((row) => row['mode']));
  assert.deepEqual(modes, new Set(['monthly', 'none', 'yearly']));
  assert.ok((await states('agenzia-neri')).length >= 40);
  const { out } = await rinnovo('export', 'events', '--customer', 'cooperativa-blu', '--format', 'csv');
  assert.match(out, /platforms\.terminated,user:/);
  const [reverse] = await exported('lines', 'bergmann');
  assert.deepEqual([reverse?.['vat_rate'], (await exported('mailboxes', 'bergmann'))[0]?.['language']], ['0', 'de']);
  for (const role of ['operator, everything', 'admin', 'billing', 'technical'])
    assert.ok(greeting.includes(role), role);
});

test('the second start tells the same logins and loads nothing again', async () => {
  const count = () => sql<{ n: bigint }>`select count(*) as n from events`.execute(database.system);
  const before = (await count()).rows[0]?.n;
  const { out } = await startAndStop();
  assert.equal(out.slice(out.indexOf('Demo logins')), greeting.slice(greeting.indexOf('Demo logins')));
  assert.equal((await count()).rows[0]?.n, before);
});

test('everything holds in the demo company, and verify says what it looked at', async () => {
  const { code, out } = await rinnovo('verify');
  assert.equal(code, 0, out);
  assert.match(out, /ok\s+13 examined\s+0 wrong\s+invoices_equal_lines\n/);
  const { ok, checks } = JSON.parse((await rinnovo('verify', '--json')).out);
  assert.equal(ok, true);
  assert.deepEqual(Object.keys(checks[0]), ['name', 'sentence', 'examined', 'violations', 'examples']);
});

test('every invariant has a sabotage', async () => {
  const findings = await verifyAll(database.system, await readMoment(database.system, 'Europe/Rome'));
  assert.deepEqual(findings.map((finding) => finding.name).sort(), Object.keys(sabotages).sort());
});

for (const [name, statement] of Object.entries(sabotages)) {
  test(`verify finds what breaks ${name}`, async () => {
    const finding = (await afterwards(statement)).find((each) => each.name === name);
    assert.ok(Number(finding?.violations) > 0, `${name} noticed nothing`);
    assert.notEqual(finding?.examples[0], undefined);
  });
}

test('a violation is told with its customer, and makes the exit code 1', async () => {
  await asOwner(async (owner) => {
    await owner.query(
      `update accounts set balance = balance + 1 where customer_id = (select customer_id from customers where code = 'keller')`,
    );
  });
  const { code, out } = await rinnovo('verify');
  assert.equal(code, 1);
  assert.match(
    out,
    /WRONG +\d+ examined +1 wrong {2}balances_equal_transfers\n +Every balance is the sum.*\n +keller: balance 1, transfers 0\n/,
  );
});

/** What verify finds after a statement that nobody but the database's owner could give; then it did not happen. */
async function afterwards(statement: string) {
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: 1 });
  const owner = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  const moment = await readMoment(database.system, 'Europe/Rome');
  const undone = new Error('undone');
  let findings: Awaited<ReturnType<typeof verifyWithin>> = [];
  const work = owner.transaction().execute(async (tx) => {
    await sql.raw('set local session_replication_role = replica').execute(tx);
    await sql.raw(statement).execute(tx);
    findings = await verifyWithin(tx, moment);
    throw undone;
  });
  await assert.rejects(work, undone);
  await owner.destroy();
  return findings;
}

async function asOwner(work: (owner: pg.Client) => Promise<void>): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    await work(owner);
  } finally {
    await owner.end();
  }
}
