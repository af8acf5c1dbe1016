import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { commandLine } from '#spec/_cli.ts';
import { freshDatabase } from '#spec/harness.ts';

const database = await freshDatabase({ after });
const { rinnovo, file } = commandLine(database, { after });
const production = commandLine(
  database,
  { after },
  { RINNOVO_MODE: 'production', RINNOVO_SMTP_URL: 'smtp://127.0.0.1:9', RINNOVO_MAIL_FROM: 'post@seller.example' },
);

const prices = `product,plan,currency,monthly,yearly,valid_from
exchange,basic,EUR,2.99,29.90,2024-01-01
exchange,basic,EUR,3.99,39.90,2027-03-01
`;
const mailboxes = `customer,name,email,country,vat_number,language,platform,product,mailbox,plan,mode,starts_on,expires_on
acme,Acme,office@acme.example,IT,,it,hosted-1,exchange,anna@acme.example,basic,monthly,2026-01-31,2027-01-31
acme,Acme,office@acme.example,IT,,it,hosted-1,exchange,bruno@acme.example,basic,yearly,2026-01-31,2027-01-31
beta,Beta,office@beta.example,FI,,en,hosted-1,exchange,carla@beta.example,basic,monthly,2026-02-10,2027-02-10
beta,Beta,office@beta.example,FI,,en,hosted-1,exchange,dora@beta.example,basic,none,2026-02-10,2027-02-10
`;

before(async () => {
  assert.equal((await rinnovo('import', 'prices', file('prices.csv', prices))).code, 0);
  assert.equal((await rinnovo('import', 'mailboxes', file('mailboxes.csv', mailboxes))).code, 0);
  assert.equal(
    (await rinnovo('import', 'balances', file('b.csv', 'customer,amount,currency,reference\nacme,20.00,EUR,b1\n')))
      .code,
    0,
  );
});

const csv = async (list: string, ...more: string[]) => (await rinnovo('export', list, '--format', 'csv', ...more)).out;

test('every command explains itself, and what is used wrongly is one sentence and exit code 2', async () => {
  const { code, out } = await rinnovo('--help');
  assert.equal(code, 0);
  for (const word of [
    'start',
    'import prices',
    'renew --on',
    'clock show',
    'forecast',
    'export',
    'verify',
    'payments check --provider',
    'operator add',
    'bench',
  ]) {
    assert.ok(out.includes(`bin/rinnovo ${word}`), word);
  }
  assert.match(
    (await rinnovo('export', '--help')).out,
    /prices\|mailboxes\|invoices\|lines\|credit-notes\|movements\|transfers\|orders\|payments\|letters\|events/,
  );
  const wrong = [
    ['export', 'mailboxes', '--format', 'xml'],
    ['export', 'secrets', '--format', 'csv'],
    ['export', 'mailboxes'],
    ['renew', '--on', '2027-02-30'],
    ['renew', '--on', '2027-02-28', '--fast'],
    ['forecast', '--from', '2027-01-01', '--months', '0', '--format', 'csv'],
    ['clock', 'set', 'tomorrow'],
    ['operator', 'add', 'nobody'],
  ];
  const ends = await Promise.all(wrong.map((words) => rinnovo(...words)));
  ends.forEach(({ code, out, err }, i) => {
    assert.deepEqual([code, out, err.trimEnd().split('\n').length], [2, '', 1], `${wrong[i]}: ${err}`);
  });
});

test('the forecast tells each term to come, with the price of its first day and the VAT of its customer', async () => {
  const { out } = await rinnovo('forecast', '--from', '2027-01-01', '--months', '3', '--format', 'csv');
  assert.deepEqual(out.split('\n'), [
    'due_on,customer,platform,mailbox,plan,mode,starts_on,ends_on,net,vat_rate,currency',
    '2027-01-31,acme,hosted-1,anna@acme.example,basic,monthly,2027-01-31,2027-02-28,2.99,22,EUR',
    '2027-01-31,acme,hosted-1,bruno@acme.example,basic,yearly,2027-01-31,2028-01-31,29.90,22,EUR',
    '2027-02-28,acme,hosted-1,anna@acme.example,basic,monthly,2027-02-28,2027-03-31,2.99,22,EUR',
    '2027-03-31,acme,hosted-1,anna@acme.example,basic,monthly,2027-03-31,2027-04-30,3.99,22,EUR',
    '2027-02-10,beta,hosted-1,carla@beta.example,basic,monthly,2027-02-10,2027-03-10,2.99,25.5,EUR',
    '2027-03-10,beta,hosted-1,carla@beta.example,basic,monthly,2027-03-10,2027-04-10,3.99,25.5,EUR',
    '',
  ]);
  const jsonl = await rinnovo(
    'forecast',
    '--from',
    '2027-02-01',
    '--months',
    '1',
    '--customer',
    'beta',
    '--format',
    'jsonl',
  );
  assert.deepEqual(JSON.parse(jsonl.out), {
    due_on: '2027-02-10',
    customer: 'beta',
    platform: 'hosted-1',
    mailbox: 'carla@beta.example',
    plan: 'basic',
    mode: 'monthly',
    starts_on: '2027-02-10',
    ends_on: '2027-03-10',
    net: 299,
    vat_rate: 25.5,
    currency: 'EUR',
  });
});

test('a dry run tells what the run will do, and changes nothing', async () => {
  const dry = JSON.parse((await rinnovo('renew', '--on', '2027-01-31', '--dry-run', '--json')).out);
  assert.deepEqual(dry, {
    on: '2027-01-31',
    dry_run: true,
    renewed: 2,
    invoices: 1,
    net: { EUR: 3289 },
    amounts: { EUR: 4013 },
    reason: null,
  });
  assert.equal((await csv('lines')).trimEnd().split('\n').length, 1);
  const { state, renewed, invoices, amounts } = JSON.parse(
    (await rinnovo('renew', '--on', '2027-01-31', '--json')).out,
  );
  assert.deepEqual(
    { state, renewed, invoices, amounts },
    { state: 'done', renewed: 2, invoices: 1, amounts: { EUR: 4013 } },
  );
  assert.equal(
    await csv('lines'),
    `invoice_number,issued_on,customer,platform,mailbox,plan,starts_on,ends_on,net,vat_rate,currency
F2027-000001,2027-01-31,acme,hosted-1,anna@acme.example,basic,2027-01-31,2027-02-28,2.99,22,EUR
F2027-000001,2027-01-31,acme,hosted-1,bruno@acme.example,basic,2027-01-31,2028-01-31,29.90,22,EUR
`,
  );
});

test('what an invoice did to the account stands in every list: credit first, the rest is due', async () => {
  assert.equal(
    await csv('invoices'),
    `number,issued_on,deadline_at,customer,net,vat,gross,due,currency,state
F2027-000001,2027-01-31,2027-02-07T23:00:00Z,acme,32.89,7.24,40.13,20.13,EUR,open
`,
  );
  const [, opening, invoice] = (await csv('movements'))
    .split('\n')
    .map((line) => line.split(',').toSpliced(1, 1).join(','));
  assert.equal(opening, 'acme,opening,b1,20.00,0.00,20.00,EUR');
  assert.equal(invoice, 'acme,invoice,F2027-000001,-40.13,20.00,-20.13,EUR');
  const transfers = (await csv('transfers', '--customer', 'acme'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',').slice(1).join(','));
  assert.deepEqual(transfers.sort(), [
    'F2027-000001:net,customer:acme,revenue,32.89,EUR',
    'F2027-000001:vat,customer:acme,vat,7.24,EUR',
    'opening:b1:credit,opening,customer:acme,20.00,EUR',
    'reference,debit,credit,amount,currency',
  ]);
  const [order] = (await rinnovo('export', 'orders', '--format', 'jsonl')).out.split('\n');
  assert.deepEqual([JSON.parse(order ?? '').kind, JSON.parse(order ?? '').gross], ['settlement', 2013]);
  assert.match(await csv('letters'), /,acme,debt,.*,it,office@acme\.example,.*,sent,/);
  assert.match(
    (await rinnovo('export', 'events', '--format', 'csv', '--customer', 'nobody')).err,
    /^There is no customer nobody\.\n$/,
  );
});

test('the clock goes forward through every day, and back no more', async () => {
  const { code, out } = await rinnovo('clock', 'set', '2027-02-12');
  assert.deepEqual([code, out], [0, 'The clock stands at 2027-02-12; 13 business days were run.\n']);
  assert.match((await rinnovo('clock', 'show')).out, /^2027-02-12 09:00:\d\d Europe\/Rome\n$/);
  assert.match(
    await csv('invoices'),
    /F2027-000002,2027-02-10,2027-02-17T23:00:00Z,beta,2\.99,0\.76,3\.75,3\.75,EUR,open\n/,
  );
  const states = (await csv('mailboxes'))
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').at(-1));
  assert.deepEqual(states, ['suspended', 'suspended', 'active', 'suspended'], 'a debt since the 7th, and a mode none');
  const back = await rinnovo('clock', 'set', '2027-02-01');
  assert.deepEqual(
    [back.code, back.err],
    [1, 'A business day has run already: from then on the clock only goes forward.\n'],
  );
});

test('a run that reaches too far back waits for a word, with exit code 1, and goes on with it', async () => {
  const held = await rinnovo('renew', '--on', '2027-04-20', '--json');
  assert.deepEqual([held.code, JSON.parse(held.out).state, JSON.parse(held.out).renewed], [1, 'held', 0]);
  assert.match(held.err, /reach back 51 days.* To let it go: bin\/rinnovo renew --on 2027-04-20 --confirm "REASON"\n$/);
  const confirmed = await rinnovo('renew', '--on', '2027-04-20', '--json', '--confirm', 'back from an outage');
  assert.equal(confirmed.code, 0, confirmed.err);
  assert.equal((await rinnovo('verify')).code, 0);
});

test('production has its own clock: no day before it has come, and none is set', async () => {
  const ahead = await production.rinnovo('renew', '--on', '2999-01-01');
  assert.deepEqual([ahead.code, ahead.out], [1, '']);
  assert.match(ahead.err, /2999-01-01 has not come yet\. Add --dry-run/);
  assert.equal((await production.rinnovo('renew', '--on', '2999-01-01', '--dry-run')).code, 0);
  assert.match((await production.rinnovo('clock', 'show')).err, /^In production the clock is the clock/);
});

test('an operator is invited by a link that is told once', async () => {
  const { code, out } = await rinnovo('operator', 'add', 'olga@rinnovo.example');
  assert.equal(code, 0);
  assert.match(out, /^olga@rinnovo\.example is an operator\..*\nhttp:\/\/localhost:8080\/\S{43,}\n$/);
});
