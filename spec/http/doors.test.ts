import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { transaction } from '#kit/db.ts';
import { printOf } from '#spec/http/requests.ts';
import { ask, type Caller, origin, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password, type Town } from '#spec/http/town.ts';

describe('the doors of the API', () => {
  const done: (() => Promise<void>)[] = [];
  let server: TestServer;
  let town: Town;
  let admin: Caller;
  let staff: Caller;

  before(async () => {
    const owner = { after: (step: () => Promise<void>) => done.unshift(step) };
    server = await testServer(owner);
    town = await buildTown(owner, server);
    admin = await signedIn(server, 'admin@alpha.example', password);
    staff = await signedIn(server, 'admin@seller.example', password);
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('bad input names the field and the rule and changes nothing (R38)', async () => {
    const before = await printOf(server.database);
    const payload = { kind: 'top_up', amount: '5000', colour: 'red' };
    const answer = await ask(server, 'POST /v1/orders', { as: admin, payload });
    assert.equal(answer.status, 422);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
    assert.deepEqual(answer.body.fields.toSorted(byName), [
      { name: 'amount', rule: 'must be integer' },
      { name: 'colour', rule: 'is not known here' },
    ]);
    const low = await ask(server, 'POST /v1/orders', { as: admin, payload: { kind: 'top_up', amount: 999 } });
    assert.deepEqual([low.status, low.body.code, low.body.fields[0].name], [422, 'amount_too_low', 'amount']);
    assert.equal(await printOf(server.database), before);
  });

  test('what is no JSON, too large, unknown or broken inside is answered as a problem without insides', async () => {
    const headers = { 'content-type': 'application/json' };
    const broken = await ask(server, 'POST /v1/orders', { as: admin, headers, payload: '{"kind": ' });
    assert.deepEqual([broken.status, broken.body.code], [400, 'bad_request']);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const posted = await ask(server, 'POST /v1/orders', { as: admin, headers: form, payload: 'kind=top_up' });
    assert.equal(posted.body.code, 'not_json');
    const large = await ask(server, 'POST /v1/orders', { as: admin, headers, payload: `"${'x'.repeat(2_100_000)}"` });
    assert.equal(large.body.code, 'too_large');
    const nowhere = await ask(server, 'GET /v1/nowhere', { as: admin });
    assert.deepEqual([nowhere.status, nowhere.body.code], [404, 'not_found']);
    const cursor = await ask(server, 'GET /v1/orders?cursor=xxxx', { as: admin });
    assert.deepEqual([cursor.status, cursor.body.code], [400, 'bad_cursor']);
  });

  test('the same key and body give the same answer and one act; another body is refused', async () => {
    const headers = { 'idempotency-key': 'order-1' };
    const payload = { kind: 'top_up', amount: 3000 };
    const first = await ask(server, 'POST /v1/orders', { as: admin, headers, payload });
    const again = await ask(server, 'POST /v1/orders', { as: admin, headers, payload });
    assert.equal(first.status, 201);
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.equal(again.headers['idempotency-replayed'], 'true');
    const other = await ask(server, 'POST /v1/orders', { as: admin, headers, payload: { ...payload, amount: 3001 } });
    assert.deepEqual([other.status, other.body.code], [422, 'key_reused']);
    assert.equal(await ordersOf('net = 3000'), 1);
    const billing = await signedIn(server, 'billing@alpha.example', password);
    const theirs = await ask(server, 'POST /v1/orders', { as: billing, headers, payload });
    assert.notEqual(theirs.body.order_id, first.body.order_id, 'a key belongs to who sent it');
  });

  test('twenty times at once with one key is one act', async () => {
    const headers = { 'idempotency-key': 'order-2' };
    const payload = { kind: 'top_up', amount: 4000 };
    const ask1 = () => ask(server, 'POST /v1/orders', { as: admin, headers, payload });
    const answers = await Promise.all(Array.from({ length: 20 }, ask1));
    for (const { status } of answers) assert.ok([201, 409].includes(status), String(status));
    assert.equal(new Set(answers.flatMap(({ body, status }) => (status === 201 ? [body.order_id] : []))).size, 1);
    assert.equal(await ordersOf('net = 4000'), 1);
  });

  test('while the first request with a key still runs, the second is told so and does nothing', async () => {
    const { customerId, people } = town.alpha;
    const claim = `${customerId} user:${people.admin} order-3`;
    const send = () => {
      const headers = { 'idempotency-key': 'order-3' };
      return ask(server, 'POST /v1/orders', { as: admin, headers, payload: { kind: 'top_up', amount: 4500 } });
    };
    await transaction(server.database.api, async (first) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${claim}, 0))`.execute(first);
      const second = await send();
      assert.deepEqual([second.status, second.body.code], [409, 'key_busy']);
    });
    assert.equal((await send()).status, 201);
    assert.equal(await ordersOf('net = 4500'), 1);
  });

  test('a refusal is not kept: the same key works once the reason is gone', async () => {
    const headers = { 'idempotency-key': 'transfer-1' };
    const payload = { customer: 'GAMMA', amount: 100, reference: 'r1', reason: 'a test' };
    const refused = await ask(server, 'POST /v1/bank-transfers', { as: staff, headers, payload });
    assert.equal(refused.status, 404);
    const registered = {
      code: 'GAMMA',
      name: 'G',
      email: 'g@example.com',
      country: 'IT',
      language: 'it',
      currency: 'EUR',
    };
    assert.equal((await ask(server, 'POST /v1/customers', { as: staff, payload: registered })).status, 201);
    const done = await ask(server, 'POST /v1/bank-transfers', { as: staff, headers, payload });
    assert.deepEqual([done.status, done.body], [201, { recorded: true }]);
  });

  test('a provider’s page is opened once per key, also when asked for twice', async () => {
    const headers = { 'idempotency-key': 'page-1' };
    const opened = await ask(server, 'POST /v1/payment-methods', { as: admin, headers, payload: { kind: 'card' } });
    const again = await ask(server, 'POST /v1/payment-methods', { as: admin, headers, payload: { kind: 'card' } });
    assert.equal(opened.status, 201);
    assert.deepEqual(again.body, opened.body);
  });

  test('a dry run answers what would be and leaves everything as it was', async () => {
    const before = await printOf(server.database);
    const payload = { filter: {}, mode: 'yearly', dry_run: true };
    const preview = await ask(server, 'POST /v1/mode-changes', { as: admin, payload });
    assert.equal(preview.status, 200);
    assert.deepEqual(preview.body.counts, { changed: 3 });
    assert.deepEqual([preview.body.results[0].old_net, preview.body.results[0].new_net], [1000, 10000]);
    const money = { customer: 'BETA', amount: 700, reference: 'dry', reason: 'a test', dry_run: true };
    const transfer = await ask(server, 'POST /v1/bank-transfers', { as: staff, payload: money });
    assert.deepEqual([transfer.status, transfer.body], [200, { recorded: true }]);
    assert.equal(await printOf(server.database), before);
  });

  test('changes itemise: one result per mailbox, unknown ones among them', async () => {
    const mailbox_ids = [Number(town.alpha.mailboxIds[0]), Number(town.beta.mailboxIds[0])];
    const answer = await ask(server, 'POST /v1/mode-changes', { as: admin, payload: { mailbox_ids, mode: 'none' } });
    assert.equal(answer.status, 201);
    assert.deepEqual(
      answer.body.results.map((result: { mailbox_id: number; outcome: string }) => [result.mailbox_id, result.outcome]),
      [
        [mailbox_ids[0], 'changed'],
        [mailbox_ids[1], 'unknown'],
      ],
    );
    const [ended, unknown] = answer.body.groups;
    assert.deepEqual(ended.mailbox_ids, [mailbox_ids[0]]);
    assert.deepEqual([ended.to, ended.effective_on, ended.kept_until], ['none', '2027-04-01', '2027-05-01']);
    assert.deepEqual([unknown.outcome, unknown.mailbox_ids], ['unknown', [mailbox_ids[1]]]);
    const undone = await ask(server, 'POST /v1/mode-changes', {
      as: admin,
      payload: { filter: { mode: 'none' }, mode: 'previous', results: 'refused' },
    });
    assert.deepEqual(undone.body.counts, { changed: 1 });
    assert.deepEqual(undone.body.results, []);
  });

  test('what would end when is told before anything is typed, and changes nothing', async () => {
    const path = `GET /v1/platforms/${town.alpha.platformId}/termination`;
    const { status, body } = await ask(server, path, { as: admin });
    const ending = { ends_on: '2027-04-01', kept_until: '2027-05-01', mailboxes: 3 };
    assert.deepEqual([status, body], [200, { endings: [ending], closes_on: '2027-04-01' }]);
  });

  test('pages hold every row once, in either order, and the first counts them', async () => {
    for (const sort of ['address', '-expires_on']) {
      const seen: number[] = [];
      let cursor = '';
      do {
        const answer = await ask(server, `GET /v1/mailboxes?limit=1&sort=${sort}${cursor && `&cursor=${cursor}`}`, {
          as: admin,
        });
        assert.equal(answer.body.total, cursor === '' ? 3 : null);
        seen.push(...answer.body.items.map((item: { mailbox_id: number }) => item.mailbox_id));
        cursor = answer.body.next ?? '';
      } while (cursor !== '');
      assert.deepEqual(
        seen.toSorted((a, b) => a - b),
        town.alpha.mailboxIds.map(Number),
      );
    }
  });

  test('another site’s page cannot act with a visitor’s cookie', async () => {
    const payload = { amount: 1 };
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'null' },
    ]) {
      const answer = await ask(server, 'PUT /v1/account/threshold', { as: admin, headers, payload });
      assert.deepEqual([answer.status, answer.body.code], [403, 'foreign_origin']);
    }
    const own = { origin, 'sec-fetch-site': 'same-origin' };
    assert.equal((await ask(server, 'PUT /v1/account/threshold', { as: admin, headers: own, payload })).status, 200);
  });

  test('the session’s cookie is out of reach of scripts, and answers are kept by nobody', async () => {
    const payload = { email: 'technical@alpha.example', password };
    const answer = await ask(server, 'POST /v1/sessions', { payload });
    const cookie = String([answer.headers['set-cookie']].flat().find((one) => String(one).startsWith('rinnovo=')));
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=Lax/);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'.*script-src 'self' 'nonce-/);
    const { rows } = await sql<{ all: string }>`select json_agg(s)::text as all from sessions s`.execute(
      server.database.system,
    );
    assert.ok(!rows[0]?.all.includes(cookie.slice(8, 51)));
  });

  test('a filter that a CSV would ignore is refused by its name: the CSV holds all (R38)', async () => {
    const filtered = [
      'orders?state=open',
      'receipts?from=2027-01-01',
      'invoices?state=open',
      'invoices?until=2027-01-01',
      'credit-notes?from=2027-01-01',
    ];
    for (const list of [...filtered, 'account/movements?cursor=WzFd']) {
      const answer = await ask(server, `GET /v1/${list}&format=csv`, { as: admin });
      const [, name] = /\?(\w+)=/.exec(list) ?? [];
      assert.deepEqual(
        [answer.status, answer.body.fields],
        [422, [{ name, rule: 'is not for the CSV, which holds all' }]],
      );
    }
    assert.equal((await ask(server, 'GET /v1/orders?limit=10&format=csv', { as: admin })).status, 200);
  });

  test('a day of a year that nobody can mean is refused in words', async () => {
    const answer = await ask(server, 'GET /v1/invoices?from=0002-01-01', { as: admin });
    assert.deepEqual(answer.body.fields, [{ name: 'from', rule: 'is a day between 1900 and 2999' }]);
  });

  test('a list leaves as CSV with the customer’s rows alone', async () => {
    const answer = await ask(server, 'GET /v1/account/movements?format=csv', { as: admin });
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="movements.csv"');
    const lines = answer.body.trim().split('\n');
    assert.equal(lines[0], 'customer,at,cause,reference,amount,balance_before,balance_after,currency');
    assert.ok(lines.length >= 4 && lines.slice(1).every((line: string) => line.startsWith('ALPHA,')));
  });

  function ordersOf(condition: string): Promise<number> {
    return sql
      .raw<{ n: number }>(
        `select count(*)::int as n from orders where ${condition} and placed_by = 'user:${town.alpha.people.admin}'`,
      )
      .execute(server.database.system)
      .then(({ rows }) => rows[0]?.n ?? -1);
  }
});

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name);
}
