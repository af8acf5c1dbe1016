import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { TOTP } from 'otpauth';
import { Authenticator } from '#spec/authenticator.ts';
import { ask, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password } from '#spec/http/town.ts';

describe('in production', () => {
  const done: (() => Promise<void>)[] = [];
  let server: TestServer;

  before(async () => {
    const owner = { after: (step: () => Promise<void>) => done.unshift(step) };
    server = await testServer(owner, { mode: 'production', publicUrl: 'https://mail.example' });
    await buildTown(owner, server);
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('there is no clock to set, no provider’s page and no caught letter', async () => {
    const lines = server.app.everyRoute.map(({ line }) => line).filter((line) => /sandbox|clock/.test(line));
    assert.deepEqual(lines, []);
    for (const line of ['GET /v1/clock', 'GET /sandbox/letters', 'GET /sandbox/provider/style.css']) {
      assert.equal((await ask(server, line)).status, 404, line);
    }
  });

  test('the session’s cookie is bound to this host and to TLS', async () => {
    const payload = { email: 'admin@alpha.example', password };
    const answer = await ask(server, 'POST /v1/sessions', { payload });
    assert.match(
      String([answer.headers['set-cookie']].flat()[1] ?? ''),
      /__Host-rinnovo=.*Path=\/; HttpOnly; Secure; SameSite=Lax/,
    );
    assert.match(String(answer.headers['strict-transport-security']), /max-age=31536000/);
  });

  test('an operator does nothing before a second factor is set up, and cannot do without it again', async () => {
    const as = await signedIn(server, 'admin@seller.example', password);
    for (const line of ['GET /v1/customers', 'GET /v1/seller']) {
      assert.equal((await ask(server, line, { as })).body.code, 'second_factor_setup_required');
    }
    const named = { ...as, customer: 'ALPHA' };
    assert.equal((await ask(server, 'GET /v1/account', { as: named })).body.code, 'second_factor_setup_required');
    const started = await ask(server, 'POST /v1/me/second-factor', { as });
    const code = new TOTP({ secret: started.body.secret }).generate({ timestamp: server.time.now.epochMilliseconds });
    assert.equal((await ask(server, 'PUT /v1/me/second-factor', { as, payload: { code } })).status, 200);
    assert.equal((await ask(server, 'GET /v1/customers', { as })).status, 200);
    assert.equal((await ask(server, 'DELETE /v1/me/second-factor', { as })).body.code, 'factor_mandatory');
  });

  test('a passkey is a second factor for operators too, at the public address, and the last one stays', async () => {
    const origin = 'https://mail.example';
    const as = await signedIn(server, 'support@seller.example', password);
    const device = new Authenticator();
    const asked = await ask(server, 'POST /v1/me/passkey-challenges', { as });
    assert.equal(asked.body.rp.id, 'mail.example');
    const passkey = device.create(asked.body, { origin });
    const added = await ask(server, 'POST /v1/me/passkeys', { as, payload: { name: 'Key ring', passkey } });
    assert.equal(added.status, 201);
    assert.equal((await ask(server, 'GET /v1/customers', { as })).status, 200);
    const removal = await ask(server, `DELETE /v1/me/passkeys/${added.body.passkey_id}`, { as });
    assert.equal(removal.body.code, 'factor_mandatory');
    const challenge = await ask(server, 'POST /v1/passkey-challenges');
    const cookie = String(challenge.headers['set-cookie']);
    assert.match(cookie, /__Host-rinnovo-attempt=.*Path=\/; HttpOnly; Secure; SameSite=Strict/);
    const browser = { cookie: cookie.split(';')[0] ?? '' };
    const payload = { passkey: device.get(challenge.body, { origin }) };
    assert.equal((await ask(server, 'POST /v1/passkey-sessions', { as: browser, payload })).status, 201);
    const trail = await ask(server, 'GET /v1/seller-events', { as });
    assert.deepEqual([trail.body.items[0].type, trail.body.items[0].data.what], ['operators.changed', 'passkey_added']);
  });
});
