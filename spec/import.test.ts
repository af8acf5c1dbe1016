import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { changePlan } from '#domain/catalog/change-plan.ts';
import { readMoment } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { commandLine } from '#spec/_cli.ts';
import { actOn } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';

const database = await freshDatabase({ after });
const { rinnovo, file } = commandLine(database, { after });

const pricesHeader = 'product,plan,currency,monthly,yearly,valid_from\n';
const mailboxesHeader =
  'customer,name,email,country,vat_number,language,platform,product,mailbox,plan,mode,starts_on,expires_on\n';
const balancesHeader = 'customer,amount,currency,reference\n';

const prices = `${pricesHeader}exchange-2016,ex16,EUR,2.99,29.90,2024-01-01
exchange-2016,ex16,EUR,3.49,34.90,2099-01-01
private-exchange,private,EUR,9.00,90.00,2024-01-01
us,us-box,USD,4.00,40.00,2024-01-01
`;
const acme = 'acme,"Acme, Srl",office@acme.example,IT,,it';
const beta = "beta,'=Beta,info@beta.example,DE,DE123456789,de";
const mailboxes = `${mailboxesHeader}${acme},hosted-1,exchange-2016,anna@acme.example,ex16,monthly,2027-01-31,2027-02-28
${acme},hosted-1,exchange-2016,Bruno@Acme.example,ex16,none,2026-03-01,2027-03-01
${acme},private-1,private-exchange,carla@acme.example,private,yearly,2026-12-10,2027-12-10
${beta},hosted-1,exchange-2016,dora@beta.example,ex16,monthly,2026-05-05,2027-02-05
`;

/** The problems of a refused import, without the closing sentence. */
async function problemsOf(kind: string, text: string | Uint8Array): Promise<string[]> {
  const { code, out, err } = await rinnovo('import', kind, file('bad.csv', text));
  assert.deepEqual([code, out], [1, ''], err);
  const lines = err.trimEnd().split('\n');
  assert.match(lines.find((line) => line.startsWith('Nothing was imported')) ?? '', /bad rows?\.$/);
  return lines.filter((line) => line.startsWith('line '));
}

async function exported(list: string, ...more: string[]): Promise<string> {
  const { code, out, err } = await rinnovo('export', list, '--format', 'csv', ...more);
  assert.equal(code, 0, err);
  return out;
}

test('prices that are taken come back byte by byte, and taking them again changes nothing', async () => {
  const path = file('prices.csv', prices);
  assert.deepEqual(await rinnovo('import', 'prices', path), {
    code: 0,
    err: '',
    out: 'Imported 4 prices; 0 were there already.\n',
  });
  assert.deepEqual((await rinnovo('import', 'prices', path)).out, 'Imported 0 prices; 4 were there already.\n');
  assert.equal(await exported('prices'), prices);
});

test('every bad price is told with line, column and reason, and nothing is taken', async () => {
  const problems = await problemsOf(
    'prices',
    `${pricesHeader}exchange-2016,new,EUR,1.00,10.00,2024-01-01
exchange-2016,new,EUR,2.9,-29.90,2024-02-30
private-exchange,new,XXX,1.00,1.00,2024-01-01
`,
  );
  assert.deepEqual(problems, [
    'line 3, valid_from: bad date "2024-02-30": write it like 2027-01-31',
    'line 3, monthly: "2.9" is not an amount in EUR: write it with 2 decimals, such as 2.99.',
    'line 3, yearly: a price is not negative',
    'line 4, currency: unknown currency "XXX": an ISO 4217 code such as EUR',
  ]);
  const strangers = `${pricesHeader}private-exchange,ex16,EUR,1.00,1.00,2024-01-01\nx,y,EUR,1.00,1.00,2024-01-01\nx,y,EUR,2.00,1.00,2024-01-01\n`;
  assert.deepEqual(await problemsOf('prices', strangers), [
    'line 4, valid_from: line 3 has a price of y in EUR for that day',
  ]);
  assert.equal(await exported('prices'), prices);
});

test('mailboxes that are taken come back byte by byte, with their state', async () => {
  const { code, out, err } = await rinnovo('import', 'mailboxes', file('mailboxes.csv', mailboxes));
  assert.deepEqual([code, out, err], [0, 'Imported 4 mailboxes, 2 new customers and 3 new platforms.\n', '']);
  const lines = (await exported('mailboxes')).trimEnd().split('\n');
  assert.equal(lines[0], `${mailboxesHeader.trimEnd()},state`);
  const without = lines.slice(1).map((line) => line.replace(/,active$/, ''));
  assert.deepEqual(without.toSorted(), mailboxes.trimEnd().split('\n').slice(1).toSorted());
  assert.equal((await exported('mailboxes', '--customer', 'beta')).trimEnd().split('\n').length, 2);
});

test('a mailbox with mode none had the mode its term was bought with', async () => {
  const { out } = await rinnovo('export', 'mailboxes', '--format', 'jsonl', '--customer', 'acme');
  const bruno = out.split('\n').find((line) => line.includes('Bruno'));
  assert.deepEqual(JSON.parse(bruno ?? ''), {
    customer: 'acme',
    name: 'Acme, Srl',
    email: 'office@acme.example',
    country: 'IT',
    vat_number: '',
    language: 'it',
    platform: 'hosted-1',
    product: 'exchange-2016',
    mailbox: 'Bruno@Acme.example',
    plan: 'ex16',
    mode: 'none',
    starts_on: '2026-03-01',
    expires_on: '2027-03-01',
    state: 'active',
  });
});

test('the same file a second time is refused row by row, and said to have been imported before', async () => {
  const { code, err } = await rinnovo('import', 'mailboxes', file('again.csv', mailboxes));
  assert.equal(code, 1);
  assert.match(
    err,
    /line 2, mailbox: duplicate mailbox: anna@acme\.example is registered already, for customer acme\n/,
  );
  assert.match(err, /4 bad rows\.\nEvery mailbox of this file is registered already: it was imported before\.\n$/);
});

test('every bad mailbox is told with line, column and reason, and nothing is taken', async () => {
  const row = (...cells: string[]) => `${cells.join(',')}\n`;
  const gamma = ['gamma', 'Gamma', 'g@gamma.example', 'IT', '', 'it', 'p1', 'exchange-2016'];
  const good = ['ex16', 'monthly', '2026-01-01', '2027-01-01'];
  const text = [
    mailboxesHeader,
    row(...gamma, 'a@gamma.example', ...good),
    row(...gamma, 'b@gamma.example', 'ex19', 'monthly', '2026-02-30', '01/03/2027'),
    row(...gamma, 'c@gamma.example', 'ex16', 'weekly', '2026-01-01', '2026-01-01'),
    row(...gamma, 'not an address', ...good),
    row(...gamma, 'A@GAMMA.example', ...good),
    row(...gamma.with(1, 'Gama'), 'd@gamma.example', ...good),
    row(...gamma.with(7, 'private-exchange'), 'e@gamma.example', ...good),
    row('delta', 'Delta', 'd@delta.example', 'XX', '', 'xx', 'p1', 'exchange-2016', 'a@delta.example', ...good),
    row('delta', 'Delta', 'delta', 'XX', '', 'xx', 'p1', 'exchange-2016', 'b@delta.example', ...good),
    row('epsilon', 'Epsilon', 'e@eps.example', 'DE', 'DE12', 'de', 'p1', 'exchange-2016', 'a@eps.example', ...good),
    row(...gamma, 'f@gamma.example', 'ex16'),
  ].join('');
  assert.deepEqual(await problemsOf('mailboxes', text), [
    'line 3, starts_on: bad date "2026-02-30": write it like 2027-01-31',
    'line 3, expires_on: bad date "01/03/2027": write it like 2027-01-31',
    'line 3, plan: unknown plan "ex19"',
    'line 4, expires_on: expiry before start: 2026-01-01 is not after 2026-01-01',
    'line 4, mode: unknown mode "weekly": one of monthly, yearly, none',
    'line 5, mailbox: malformed address "not an address"',
    'line 6, mailbox: duplicate mailbox: A@GAMMA.example is also on line 2',
    'line 7, name: a customer with two names: "Gama" here, "Gamma" on line 2',
    'line 8, product: platform p1 has the product "exchange-2016" on line 2',
    'line 8, plan: plan ex16 belongs to the product "exchange-2016"',
    'line 9, country: unknown country "XX": an ISO 3166 code such as IT',
    'line 9, language: one of it, en, fr, de, es, pl, pt',
    'line 10, email: malformed address "delta"',
    'line 10, country: unknown country "XX": an ISO 3166 code such as IT',
    'line 10, language: one of it, en, fr, de, es, pl, pt',
    'line 10, email: a customer with two e-mail addresses: "delta" here, "d@delta.example" on line 9',
    'line 11, vat_number: "DE12" is not written like a VAT number of DE',
    'line 12, mode: 10 values where 13 are expected',
  ]);
  assert.equal((await exported('mailboxes')).trimEnd().split('\n').length, 5, 'nothing was taken');
});

test('an expiry that is not counted from its start is refused, with the days that fit: the next term would be short', async () => {
  const row = (mailbox: string, mode: string, days: string) =>
    `iota,Iota,i@iota.example,IT,,it,hosted-1,exchange-2016,${mailbox}@iota.example,ex16,${mode},${days}\n`;
  const bad = [
    row('a', 'monthly', '2027-01-01,2027-01-31'),
    row('b', 'yearly', '2026-03-05,2027-02-28'),
    row('c', 'none', '2027-01-31,2027-03-03'),
    row('d', 'monthly', '2026-12-10,2027-01-04'),
  ];
  const told = (line: number, { starts, ends, fit }: Record<'starts' | 'ends' | 'fit', string>) =>
    `line ${line}, expires_on: ${ends} is not counted from ${starts}, so the next term would not be a whole one (R13): ${fit} would fit`;
  assert.deepEqual(await problemsOf('mailboxes', mailboxesHeader + bad.join('')), [
    told(2, { starts: '2027-01-01', ends: '2027-01-31', fit: '2027-02-01' }),
    told(3, { starts: '2026-03-05', ends: '2027-02-28', fit: '2027-02-05 or 2027-03-05' }),
    told(4, { starts: '2027-01-31', ends: '2027-03-03', fit: '2027-02-28 or 2027-03-31' }),
    told(5, { starts: '2026-12-10', ends: '2027-01-04', fit: '2027-01-10' }),
  ]);
});

test('what a short month or an alignment to the 1st left behind comes back from its export, wherever it is imported', async (t) => {
  const [from, to] = [await freshDatabase(t), await freshDatabase(t)];
  const [here, there] = [commandLine(from, t), commandLine(to, t)];
  const rows = [
    'a@acme.example,ex16,monthly,2031-01-31,2031-02-28',
    'b@acme.example,ex16,yearly,2030-05-30,2031-02-28',
    'c@acme.example,ex16,monthly,2030-08-29,2031-03-29',
  ];
  const text = mailboxesHeader + rows.map((row) => `${acme},hosted-1,exchange-2016,${row}\n`).join('');
  for (const line of [here, there]) await line.rinnovo('import', 'prices', line.file('prices.csv', prices));
  assert.equal((await here.rinnovo('import', 'mailboxes', here.file('m.csv', text))).code, 0);
  const change = { alignment: 'first_of_month', reason: 'a test' } as const;
  await transaction(from.system, (tx) => changePlan(tx, actOn('2031-02-01'), { code: 'ex16', change }));
  assert.equal((await here.rinnovo('renew', '--on', '2031-02-28')).code, 0);
  const { out } = await here.rinnovo('export', 'mailboxes', '--format', 'csv');
  assert.deepEqual(out.match(/20\d\d-\d\d-\d\d,20\d\d-\d\d-\d\d,active/g), [
    '2031-01-31,2031-03-01,active',
    '2030-05-30,2032-03-01,active',
    '2030-08-29,2031-03-29,active',
  ]);
  assert.equal((await there.rinnovo('import', 'mailboxes', there.file('m.csv', out))).code, 0);
  assert.equal((await there.rinnovo('export', 'mailboxes', '--format', 'csv')).out, out);
});

test('what does not agree with what is registered is told as well', async () => {
  const known = `${mailboxesHeader}acme,Acme,office@acme.example,IT,,it,hosted-1,exchange-2016,x@acme.example,ex16,monthly,2026-01-01,2027-01-01
beta,'=Beta,info@beta.example,DE,DE123456789,de,hosted-1,private-exchange,y@beta.example,private,monthly,2026-01-01,2027-01-01
`;
  assert.deepEqual(await problemsOf('mailboxes', known), [
    'line 2, name: a customer with two names: "Acme" here, "Acme, Srl" since it was registered',
    'line 3, product: platform hosted-1 has the product "exchange-2016"',
  ]);
  const strange = `${mailboxesHeader}${acme},hosted-1,exchange-2016,z@acme.example,ex19,monthly,2026-01-01,2027-01-01
${acme},us-1,us,u@acme.example,us-box,monthly,2026-01-01,2027-01-01
zeta,Zeta,z@zeta.example,IT,,it,hosted-1,exchange-2019,Dora@Beta.example,private,monthly,2026-01-01,2027-01-01
`;
  assert.deepEqual(await problemsOf('mailboxes', strange), [
    'line 2, plan: unknown plan "ex19"',
    'line 3, plan: plan us-box has no price in EUR',
    'line 4, product: unknown product "exchange-2019"',
    'line 4, plan: plan private belongs to the product "private-exchange"',
    'line 4, mailbox: duplicate mailbox: Dora@Beta.example is registered already, for customer beta',
  ]);
});

test('a file is read whatever its line ends and byte order mark; what is not its form is told', async () => {
  const windows = `\ufeff${mailboxesHeader}eta,"Eta ""&"" Figli",e@eta.example,US,,en,hosted-1,us,a@eta.example,us-box,yearly,2026-01-01,2027-01-01\n`;
  assert.equal((await rinnovo('import', 'mailboxes', file('windows.csv', windows.replaceAll('\n', '\r\n')))).code, 0);
  assert.match(await exported('mailboxes', '--customer', 'eta'), /eta,"Eta ""&"" Figli",e@eta\.example,US/);
  const latin1 = Buffer.from(`${balancesHeader}acme,1.00,EUR,caff\u00e8\n`, 'latin1');
  assert.deepEqual(await problemsOf('balances', latin1), ['line 2, customer: not UTF-8 text']);
  assert.deepEqual(await problemsOf('balances', ''), ['line 1, customer: the file is empty']);
  assert.deepEqual(await problemsOf('balances', 'customer,amount,curency,reference\na,1.00,EUR,x\n'), [
    'line 1, curency: not a column of this file',
    'line 1, currency: this column is missing',
  ]);
  assert.deepEqual(await problemsOf('balances', `${balancesHeader}acme,1.00,EUR,"x\nacme,2.00,EUR,y\n`), [
    'line 2, customer: a quotation mark is opened and never closed',
  ]);
});

test('an opening balance is posted once per reference, and only as credit', async () => {
  const path = file(
    'balances.csv',
    `${balancesHeader}acme,12.50,EUR,saldo 2026\neta,3.00,USD,saldo 2026\nacme,12.50,EUR,saldo 2026\n`,
  );
  assert.equal((await rinnovo('import', 'balances', path)).out, 'Posted 2 opening balances; 1 were posted already.\n');
  assert.equal((await rinnovo('import', 'balances', path)).out, 'Posted 0 opening balances; 3 were posted already.\n');
  const [, movement] = (await exported('movements', '--customer', 'acme')).split('\n');
  assert.match(movement ?? '', /^acme,[^,]+,opening,saldo 2026,12\.50,0\.00,12\.50,EUR$/);
  assert.match(
    await exported('transfers', '--customer', 'acme'),
    /opening:saldo 2026:credit,opening,customer:acme,12\.50,EUR\n$/,
  );
  const bad = `${balancesHeader}acme,1.00,EUR,saldo 2026\nacme,-1.00,EUR,x\nacme,0.00,EUR,y\nnobody,1.00,EUR,z\neta,1.00,EUR,z\nacme,1.00,EUR,\n`;
  assert.deepEqual(await problemsOf('balances', bad), [
    'line 2, reference: "saldo 2026" is posted already for customer acme, with another amount',
    'line 3, amount: -1.00: an opening balance is credit, more than 0',
    'line 4, amount: 0.00: an opening balance is credit, more than 0',
    'line 5, customer: unknown customer "nobody"',
    'line 6, currency: customer eta has an account in USD',
    'line 7, reference: 1 to 100 characters, without spaces at its ends or control characters',
  ]);
  assert.equal((await rinnovo('verify')).code, 0);
});

test('an address is one mailbox, however its domain is spelled', async () => {
  const row = (mailbox: string) =>
    `theta,Theta,t@theta.example,IT,,it,hosted-1,exchange-2016,${mailbox},ex16,monthly,2026-01-01,2027-01-01\n`;
  const one = row('Eva@Bücher.example');
  const other = row('eva@xn--bcher-kva.example');
  assert.deepEqual(await problemsOf('mailboxes', mailboxesHeader + one + other), [
    'line 3, mailbox: duplicate mailbox: eva@xn--bcher-kva.example is also on line 2',
  ]);
  assert.equal((await rinnovo('import', 'mailboxes', file('eva.csv', mailboxesHeader + one))).code, 0);
  assert.ok((await exported('mailboxes', '--customer', 'theta')).includes(',Eva@Bücher.example,'), 'as it was written');
  for (const again of [one, other]) {
    const [problem] = await problemsOf('mailboxes', mailboxesHeader + again);
    assert.match(problem ?? '', /^line 2, mailbox: duplicate mailbox: .* is registered already, for customer theta$/);
  }
});

test('a changed price of a plan that is sold must be known as long before it applies as the policy says', async () => {
  const { on } = await readMoment(database.system, 'Europe/Rome');
  const list = (days: number) => `${pricesHeader}exchange-2016,ex16,EUR,9.99,99.90,${on.add({ days })}\n`;
  for (const days of [0, 29]) {
    assert.deepEqual(await problemsOf('prices', list(days)), [
      `line 2, valid_from: ex16 is sold and has a price for that day; on ${on} a change is too late to be announced`,
    ]);
  }
  assert.equal((await rinnovo('import', 'prices', file('prices.csv', list(30)))).code, 0);
});

test('a file that is not there, and a kind that does not exist, are bad arguments', async () => {
  assert.deepEqual(await rinnovo('import', 'prices', 'nowhere.csv'), {
    code: 2,
    out: '',
    err: 'nowhere.csv does not exist.\n',
  });
  assert.match((await rinnovo('import', 'invoices', 'x.csv')).err, /^There is no import of invoices/);
  assert.equal((await rinnovo('import', 'prices')).code, 2);
});
