import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { TOTP } from 'otpauth';
import { settleTelling } from '#http/tell.ts';
import { lastLetter } from '#spec/http/passkeys.ts';
import { ask, origin, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password, type Town } from '#spec/http/town.ts';

describe('what people do through the API', () => {
  const done: (() => Promise<void>)[] = [];
  let server: TestServer;
  let town: Town;

  before(async () => {
    const owner = { after: (step: () => Promise<void>) => done.unshift(step) };
    server = await testServer(owner);
    town = await buildTown(owner, server);
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('an order’s link shows, downloads and pays that order without login, and is dead afterwards (R8)', async () => {
    const { link } = town.alpha;
    const shown = await ask(server, `GET /v1/order-links/${link}`);
    assert.deepEqual([shown.status, shown.body.gross, shown.body.state], [200, 2000, 'open']);
    assert.equal(shown.body.transfer.reference, shown.body.number);
    const pdf = await ask(server, `GET /v1/order-links/${link}/pdf`);
    assert.equal(pdf.headers['content-type'], 'application/pdf');
    const page = await ask(server, `POST /v1/order-links/${link}/payment-pages`, { payload: { kind: 'card' } });
    assert.equal(page.status, 201);
    const before = await balance();
    const back = await visit(page.body.url, { card: 'success' });
    assert.equal(back.headers['location'], `${origin}/o/${link}`);
    await town.work();
    assert.equal(await balance(), before + 2000);
    for (const dead of [link, `${link.slice(0, -2)}xx`, 'no-link-at-all']) {
      const answer = await ask(server, `GET /v1/order-links/${dead}`);
      assert.deepEqual([answer.status, answer.body.code], [404, 'link_dead']);
    }
  });

  test('a forged word from the provider pays nothing (P12)', async () => {
    const as = await signedIn(server, 'admin@alpha.example', password);
    const order = await ask(server, 'POST /v1/orders', { as, payload: { kind: 'top_up', amount: 5500 } });
    const id = order.body.order_id;
    const page = await ask(server, `POST /v1/orders/${id}/payment-pages`, { as, payload: { kind: 'card' } });
    await visit(page.body.url, { act: 'cancel' });
    await town.work();
    assert.equal((await ask(server, `GET /v1/orders/${id}`, { as })).body.state, 'open');
  });

  test('a card is registered on the provider’s page and becomes the default; its number is nowhere here (R31)', async () => {
    const as = await signedIn(server, 'billing@alpha.example', password);
    const started = await ask(server, 'POST /v1/payment-methods', { as, payload: { kind: 'card' } });
    await visit(started.body.url, { card: 'success', expiry: '12/40' });
    const { body } = await ask(server, 'GET /v1/payment-methods', { as });
    const method = body.items.find((one: { method_id: number }) => one.method_id === started.body.method_id);
    assert.deepEqual([method.state, method.is_default, method.last_four], ['valid', true, '4242']);
    const removal = await ask(server, `DELETE /v1/payment-methods/${method.method_id}`, { as });
    assert.deepEqual([removal.status, removal.body.code], [409, 'last_method']);
    assert.match(removal.body.detail, /anna@alpha\.example/);
  });

  test('mailboxes are previewed, ordered and paid from the account; then they are there with their invoice (R10)', async () => {
    const as = await signedIn(server, 'admin@alpha.example', password);
    const platform_id = Number(town.alpha.platformId);
    const lines = [{ platform_id, plan: 'basic', address: 'dora@alpha.example', mode: 'monthly' }];
    const preview = await ask(server, 'POST /v1/order-previews', { as, payload: { lines } });
    assert.deepEqual([preview.body.net, preview.body.gross, preview.body.lines[0].ends_on], [1000, 1220, '2027-04-01']);
    const order = await ask(server, 'POST /v1/orders', { as, payload: { kind: 'mailboxes', lines } });
    const paid = await ask(server, `POST /v1/orders/${order.body.order_id}/payments`, { as, payload: {} });
    assert.deepEqual([paid.status, paid.body.state], [201, 'paid']);
    const found = await ask(server, 'GET /v1/mailboxes?text=DORA', { as });
    assert.deepEqual([found.body.total, found.body.items[0].state], [1, 'active']);
    const invoice = await ask(server, 'GET /v1/invoices?limit=1', { as });
    assert.deepEqual([invoice.body.items[0].order_id, invoice.body.items[0].gross], [order.body.order_id, 1220]);
    const billing = await signedIn(server, 'billing@alpha.example', password);
    const theirs = await ask(server, 'POST /v1/orders', { as: billing, payload: { kind: 'mailboxes', lines } });
    assert.equal(theirs.body.code, 'not_allowed');
  });

  test('a forgotten password: known and unknown addresses are answered alike, the letter’s link works once', async () => {
    const email = 'technical@alpha.example';
    const known = await ask(server, 'POST /v1/password-resets', { payload: { email } });
    const unknown = await ask(server, 'POST /v1/password-resets', { payload: { email: 'nobody@alpha.example' } });
    assert.deepEqual([known.status, known.body], [unknown.status, unknown.body]);
    await settleTelling();
    await town.work();
    const token = await linkIn(email, /\/password\/([A-Za-z0-9_-]{43})/);
    const wanted = { payload: { password: 'entirely new 22' } };
    assert.equal((await ask(server, `PUT /v1/password-resets/${token}`, wanted)).status, 204);
    assert.equal((await ask(server, `PUT /v1/password-resets/${token}`, wanted)).body.code, 'reset_refused');
    const as = await signedIn(server, email, 'entirely new 22');
    assert.match(await lastLetter(server, email), /The password of your login was changed/);
    const change = { current: 'entirely new 22', password: 'newer still 33' };
    assert.equal((await ask(server, 'PUT /v1/me/password', { as, payload: change })).status, 204);
    const admin = await signedIn(server, 'admin@alpha.example', password);
    const { body } = await ask(server, 'GET /v1/events?type=people.changed', { as: admin });
    const changes = body.items.map((event: { data: { what: string } }) => event.data.what);
    assert.deepEqual(changes.slice(0, 2), ['password_changed', 'password_changed'], 'both stand in the trail');
    const letters = await ask(server, 'GET /v1/letters?limit=200', { as: admin });
    const kinds = letters.body.items.map((letter: { kind: string }) => letter.kind);
    assert.ok(!kinds.includes('password_reset'), 'nobody reads another’s link in the archive');
  });

  test('somebody is invited, comes in by the letter, and sees what their role sees (R35)', async () => {
    const as = await signedIn(server, 'admin@alpha.example', password);
    const payload = { email: 'Erika@Alpha.example', name: 'Erika', language: 'it', role: 'technical' };
    const invited = await ask(server, 'POST /v1/people', { as, payload });
    assert.deepEqual([invited.status, invited.body.invited], [201, true]);
    await town.work();
    const token = await linkIn('erika@alpha.example', /\/password\/([A-Za-z0-9_-]{43})/);
    await ask(server, `PUT /v1/password-resets/${token}`, { payload: { password: 'erika was here 1' } });
    assert.equal(await lastLetter(server, 'erika@alpha.example'), '', 'a first password has changed nothing');
    const erika = await signedIn(server, 'erika@alpha.example', 'erika was here 1');
    assert.equal((await ask(server, 'GET /v1/mailboxes', { as: erika })).status, 200);
    assert.equal((await ask(server, 'GET /v1/account', { as: erika })).status, 403);
  });

  test('a second factor is set up, asked for at the next sign-in, and a sign-in from another browser is told', async () => {
    const email = 'billing@alpha.example';
    const as = await signedIn(server, email, password);
    const started = await ask(server, 'POST /v1/me/second-factor', { as });
    const totp = new TOTP({ secret: started.body.secret });
    const code = totp.generate({ timestamp: server.time.now.epochMilliseconds });
    const confirmed = await ask(server, 'PUT /v1/me/second-factor', { as, payload: { code } });
    assert.equal(confirmed.body.recovery_codes.length, 10);
    const without = await ask(server, 'POST /v1/sessions', { payload: { email, password } });
    assert.deepEqual([without.status, without.body.code], [401, 'second_factor_required']);
    const recovery = confirmed.body.recovery_codes[0];
    const payload = { email, password, code: recovery };
    assert.equal((await ask(server, 'POST /v1/sessions', { payload })).status, 201);
    await town.work();
    await linkIn(email, /\/settings/);
    const renewed = await ask(server, 'POST /v1/me/recovery-codes', { as });
    assert.equal(renewed.body.recovery_codes.length, 10);
    assert.match(await lastLetter(server, email), /new recovery codes were made/i);
    const admin = await signedIn(server, 'admin@alpha.example', password);
    const { body } = await ask(server, 'GET /v1/events?type=people.changed', { as: admin });
    assert.equal(body.items[0].data.what, 'recovery_codes_renewed');
  });

  test('a platform is terminated by its name and taken back (R22)', async () => {
    const as = await signedIn(server, 'admin@beta.example', password);
    const path = `/v1/platforms/${town.beta.platformId}/termination`;
    const wrong = await ask(server, `PUT ${path}`, { as, payload: { name: 'hosted' } });
    assert.deepEqual([wrong.status, wrong.body.fields[0].name], [422, 'name']);
    const ended = await ask(server, `PUT ${path}`, { as, payload: { name: 'hosted-BETA', reason: 'moving' } });
    assert.deepEqual(ended.body, { endings: [{ ends_on: '2027-04-01', mailboxes: 3 }], closes_on: '2027-04-01' });
    const mailbox = await ask(server, `GET /v1/mailboxes/${town.beta.mailboxIds[0]}`, { as });
    assert.equal(mailbox.body.next.what, 'ends');
    assert.equal((await ask(server, `DELETE ${path}`, { as })).status, 204);
    const again = await ask(server, `GET /v1/mailboxes/${town.beta.mailboxIds[0]}`, { as });
    assert.deepEqual([again.body.next.what, again.body.mode], ['renews', 'monthly']);
  });

  test('an operator’s word lets a held run and a parked customer go on, with the reason in the trail (R16, R37)', async () => {
    const as = await signedIn(server, 'finance@seller.example', password);
    const run = await ask(server, `PUT /v1/runs/${town.runId}/confirmation`, {
      as,
      payload: { reason: 'looked at it' },
    });
    assert.deepEqual(run.body, { business_on: '2027-02-20' });
    const released = await ask(server, `PUT /v1/parkings/${town.parkingId}/release`, {
      as,
      payload: { reason: 'it is fine' },
    });
    assert.deepEqual(released.body, { released: true });
    const trail = await ask(server, 'GET /v1/events?type=customers.released', { as: { ...as, customer: 'BETA' } });
    assert.equal(trail.body.items[0].data.note, 'it is fine');
    assert.match(trail.body.items[0].actor, /^operator:/);
    const short = await ask(server, `PUT /v1/runs/${town.runId}/confirmation`, { as, payload: {} });
    assert.deepEqual(short.body.fields, [{ name: 'reason', rule: 'is required' }]);
  });

  async function balance(): Promise<number> {
    const as = await signedIn(server, 'billing@alpha.example', password).catch(() => ({
      token: town.alpha.tokens.money,
    }));
    return (await ask(server, 'GET /v1/account', { as })).body.balance;
  }

  /** Fills in the provider's page as the payer does. */
  function visit(url: string, form: Record<string, string>) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin };
    return ask(server, `POST ${url.replace(origin, '')}`, { headers, payload: new URLSearchParams(form).toString() });
  }

  /** What the newest caught letter to somebody leads to. */
  async function linkIn(to: string, pattern: RegExp): Promise<string> {
    const headers = { accept: 'application/json' };
    const { body } = await ask(server, `GET /sandbox/letters?to=${encodeURIComponent(to)}`, { headers });
    assert.ok(body.items.length > 0, `a letter to ${to}`);
    const html = await ask(server, `GET /sandbox/letters/${body.items[0].id}/html`);
    const found = pattern.exec(html.body);
    assert.ok(found, html.body.slice(0, 2000));
    return found[1] ?? '';
  }
});
