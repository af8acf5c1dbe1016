import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { morningOf, setClock } from '#kit/clock.ts';
import { ask, type Caller, origin, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password, type Town } from '#spec/http/town.ts';

describe('what the billing screens stand on', () => {
  const done: (() => Promise<void>)[] = [];
  let server: TestServer;
  let town: Town;
  let as: Caller;

  before(async () => {
    const owner = { after: (step: () => Promise<void>) => done.unshift(step) };
    server = await testServer(owner);
    town = await buildTown(owner, server);
    as = await signedIn(server, 'admin@alpha.example', password);
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('the account tells the least that can be topped up and what can be taken out', async () => {
    const { body } = await ask(server, 'GET /v1/account', { as });
    // 14.62 of credit, all of it come by bank.
    assert.deepEqual([body.balance, body.top_up_minimum, body.withdrawable], [1462, 1000, 0]);
    const order = await ask(server, 'POST /v1/orders', { as, payload: { kind: 'top_up', amount: 1000 } });
    await pay(`orders/${order.body.order_id}`);
    const later = await ask(server, 'GET /v1/account', { as });
    assert.deepEqual([later.body.balance, later.body.withdrawable], [2462, 1000]);
    const out = await ask(server, 'POST /v1/withdrawals', { as, payload: { amount: 1000 } });
    assert.deepEqual([out.body.account.balance, out.body.account.withdrawable], [1462, 0]);
  });

  test('the balance is told day by day, with what it was before', async () => {
    const { body } = await ask(server, 'GET /v1/account/balances?months=12', { as });
    assert.deepEqual(body, {
      from: '2026-03-01',
      until: '2027-03-01',
      before: 0,
      days: [{ on: '2027-03-01', balance: 1462 }],
    });
  });

  test('documents are listed between two days of issue, both included', async () => {
    for (const [list, of] of [
      ['invoices', 'invoice_id'],
      ['credit-notes', 'credit_note_id'],
      ['receipts', 'payment_id'],
    ] as const) {
      const found = await ask(server, `GET /v1/${list}?from=2027-03-01&until=2027-03-01`, { as });
      assert.ok(found.body.items.every((one: Record<string, unknown>) => one[of] !== undefined));
      assert.notEqual(found.body.items.length, 0, list);
      assert.deepEqual((await ask(server, `GET /v1/${list}?from=2027-03-02`, { as })).body.items, [], list);
      assert.deepEqual((await ask(server, `GET /v1/${list}?until=2027-02-28`, { as })).body.items, [], list);
    }
  });

  test('one credit note is told with the invoice it corrects', async () => {
    const { body } = await ask(server, `GET /v1/credit-notes/${town.alpha.creditNoteId}`, { as });
    assert.deepEqual([body.gross, body.invoice_id, body.reason], [122, Number(town.alpha.invoiceId), 'kindness']);
    const theirs = await ask(server, `GET /v1/credit-notes/${town.beta.creditNoteId}`, { as });
    assert.deepEqual([theirs.status, theirs.body.code], [404, 'not_found']);
  });

  test('an order tells where a transfer for it goes', async () => {
    const { body } = await ask(server, `GET /v1/orders/${town.alpha.orderId}`, { as });
    const expected = { payee: 'Posta Serena', iban: 'IT60X0542811101000000123456', bic: '', reference: body.number };
    assert.deepEqual(body.transfer, expected);
  });

  test('the forecast adds up by month, and comes as a calendar (R18)', async () => {
    const { body } = await ask(server, 'GET /v1/forecast?months=3', { as });
    const gross = (list: { gross: number }[]) => list.reduce((sum, each) => sum + each.gross, 0);
    assert.equal(gross(body.months), gross(body.invoices));
    const months = body.months.map(({ month, invoices }: { month: string; invoices: number }) => [month, invoices]);
    assert.deepEqual(months, [
      ['2027-03', 0],
      ['2027-04', 1],
      ['2027-05', 1],
    ]);
    const calendar = await ask(server, 'GET /v1/forecast?months=3&format=ics', { as });
    assert.equal(calendar.headers['content-type'], 'text/calendar; charset=utf-8');
    const days = [...String(calendar.body).matchAll(/DTSTART;VALUE=DATE:(\d+)\r\n/g)].map((match) => match[1]);
    assert.deepEqual(days, ['20270401', '20270501']);
    assert.match(calendar.body, /SUMMARY:Invoice: €36\.60\r\n/);
    assert.match(calendar.body, /DESCRIPTION:3 mailboxes renew on this day\. VAT included\.\r\n/);
    assert.match(calendar.body, /UID:forecast-ALPHA-2027-04-01@rinnovo\r\n/);
  });

  test('whoever holds a genuine link is told what became of its order, guesses are told nothing (R8)', async () => {
    const { link } = town.alpha;
    await pay(`order-links/${link}`);
    const paid = await ask(server, `GET /v1/order-links/${link}`);
    assert.deepEqual([paid.status, paid.body.code], [404, 'link_dead']);
    assert.deepEqual(paid.body.fields, [{ name: 'state', rule: 'paid' }]);
    const guess = await ask(server, `GET /v1/order-links/${link.slice(0, -2)}xx`);
    assert.deepEqual([guess.body.code, guess.body.fields], ['link_dead', []]);
    // Looking again and again at one's own paid order is no guessing.
    for (let i = 0; i < 70; i++) await ask(server, `GET /v1/order-links/${link}`);
    assert.equal((await ask(server, `GET /v1/order-links/${link}`)).body.code, 'link_dead');
  });

  test('all that is owed is paid by one order, which is the same until the debt changes (R9)', async () => {
    const none = await ask(server, 'POST /v1/orders', { as, payload: { kind: 'settlement' } });
    assert.deepEqual([none.status, none.body.code], [409, 'nothing_owed']);
    await setClock(server.database.system, morningOf(Temporal.PlainDate.from('2027-04-01'), 'Europe/Rome').at);
    await town.work();
    const { debt } = (await ask(server, 'GET /v1/account', { as })).body;
    assert.ok(debt > 0);
    const first = await ask(server, 'POST /v1/orders', { as, payload: { kind: 'settlement' } });
    assert.deepEqual([first.status, first.body.kind, first.body.gross], [201, 'settlement', debt]);
    const again = await ask(server, 'POST /v1/orders', { as, payload: { kind: 'settlement' } });
    assert.equal(again.body.order_id, first.body.order_id);
    await ask(server, `PUT /v1/orders/${first.body.order_id}/withdrawal`, { as, payload: {} });
    const another = await ask(server, 'POST /v1/orders', { as, payload: { kind: 'settlement' } });
    assert.notEqual(another.body.order_id, first.body.order_id);
    await pay(`orders/${another.body.order_id}`);
    assert.equal((await ask(server, 'GET /v1/account', { as })).body.debt, 0);
  });

  /** Pays on the provider's page, and lets the worker hear of it. */
  async function pay(what: string): Promise<void> {
    const page = await ask(server, `POST /v1/${what}/payment-pages`, { as, payload: { kind: 'card' } });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin };
    const url = String(page.body.url).replace(origin, '');
    await ask(server, `POST ${url}`, { headers, payload: 'card=success' });
    await town.work();
  }
});
