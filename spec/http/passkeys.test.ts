import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { TOTP } from 'otpauth';
import { Authenticator } from '#spec/authenticator.ts';
import { cookiesOf, lastLetter, openPasskeys, outcome } from '#spec/http/passkeys.ts';
import { ask, type Caller, origin, signedIn, type TestServer } from '#spec/http/server.ts';
import { password } from '#spec/http/town.ts';

describe('passkeys', () => {
  const done: (() => Promise<void>)[] = [];
  let passkeys: Awaited<ReturnType<typeof openPasskeys>>;
  let server: TestServer;
  let email: string;
  let as: Caller;
  let device: Authenticator;

  before(async () => {
    passkeys = await openPasskeys({ after: (step: () => Promise<void>) => done.unshift(step) });
    server = passkeys.server;
  });
  after(async () => {
    for (const step of done) await step();
  });

  beforeEach(async () => {
    device = new Authenticator();
    ({ email, as } = await passkeys.newcomer());
  });

  test('a passkey is added under a name, is listed, and comes with recovery codes when it is the first second factor', async () => {
    const added = await passkeys.add(as, device, 'My laptop');
    assert.equal(added.status, 201);
    assert.equal(added.body.recovery_codes.length, 10);
    const { items } = (await ask(server, 'GET /v1/me/passkeys', { as })).body;
    assert.deepEqual(items, [
      { passkey_id: added.body.passkey_id, name: 'My laptop', created_at: '2027-03-01T08:00:00Z', used_at: null },
    ]);
    const second = await passkeys.add(as, new Authenticator(), 'My phone');
    assert.deepEqual(second.body.recovery_codes, [], 'the codes put aside go on to be worth something');
    const me = await ask(server, 'GET /v1/me', { as });
    assert.deepEqual([me.body.second_factor, me.body.second_factors], [true, ['passkey']]);
  });

  test('a key made for another origin or site, or by an owner nobody looked at, is not kept', async () => {
    const pages = [
      { origin: 'https://evil.example' },
      { origin, rpId: 'evil.example' },
      { origin, userVerified: false },
    ];
    for (const page of pages) {
      const asked = await ask(server, 'POST /v1/me/passkey-challenges', { as });
      const payload = { name: 'x', passkey: device.create(asked.body, page) };
      const refused = await ask(server, 'POST /v1/me/passkeys', { as, payload });
      assert.deepEqual(outcome(refused), [422, 'bad_passkey'], JSON.stringify(page));
      assert.deepEqual(refused.body.fields, [{ name: 'passkey', rule: 'is a new key for this site' }]);
    }
    assert.deepEqual((await ask(server, 'GET /v1/me/passkeys', { as })).body.items, []);
  });

  test('the challenge to make a key is good in its own session only, and once', async () => {
    const other = await signedIn(server, email, password);
    const { body } = await ask(server, 'POST /v1/me/passkey-challenges', { as });
    const payload = { name: 'x', passkey: device.create(body, { origin }) };
    assert.deepEqual(outcome(await ask(server, 'POST /v1/me/passkeys', { as: other, payload })), [
      422,
      'challenge_over',
    ]);
    assert.equal((await ask(server, 'POST /v1/me/passkeys', { as, payload })).status, 201);
    assert.deepEqual(outcome(await ask(server, 'POST /v1/me/passkeys', { as, payload })), [422, 'challenge_over']);
  });

  test('a passkey renews the proof of who is there, and nothing less does', async () => {
    await passkeys.add(as, device);
    const old = as;
    server.time.now = server.time.now.add({ minutes: 20 });
    assert.equal((await ask(server, 'POST /v1/me/passkey-challenges', { as })).body.code, 'proof_required');
    const empty = await ask(server, 'PUT /v1/session/proof', { as, payload: {} });
    assert.deepEqual([empty.status, empty.body.fields], [422, [{ name: 'password', rule: 'is required' }]]);
    const asked = await ask(server, 'POST /v1/session/passkey-challenges', { as });
    assert.equal(asked.body.allowCredentials.length, 1);
    const unlooked = device.get(asked.body, { origin, userVerified: false });
    assert.equal(
      (await ask(server, 'PUT /v1/session/proof', { as, payload: { passkey: unlooked } })).body.code,
      'passkey_refused',
    );
    const again = await ask(server, 'POST /v1/session/passkey-challenges', { as });
    const proved = await ask(server, 'PUT /v1/session/proof', {
      as,
      payload: { passkey: device.get(again.body, { origin }) },
    });
    assert.equal(proved.status, 204);
    const renewed = { cookie: cookiesOf(proved) };
    assert.equal((await ask(server, 'POST /v1/me/passkey-challenges', { as: renewed })).status, 201);
    assert.equal((await ask(server, 'GET /v1/me', { as: old })).status, 401, 'the old token opens nothing');
    server.time.now = server.time.now.subtract({ minutes: 20 });
  });

  test('a passkey is renamed and removed by its owner alone; removed, it opens nothing', async () => {
    const { passkey_id } = (await passkeys.add(as, device)).body;
    const stranger = (await passkeys.newcomer()).as;
    const rename = { payload: { name: 'Key ring' } };
    assert.equal((await ask(server, `PATCH /v1/me/passkeys/${passkey_id}`, { as: stranger, ...rename })).status, 404);
    assert.equal((await ask(server, `DELETE /v1/me/passkeys/${passkey_id}`, { as: stranger })).status, 404);
    assert.equal((await ask(server, `PATCH /v1/me/passkeys/${passkey_id}`, { as, ...rename })).status, 204);
    assert.equal((await ask(server, 'GET /v1/me/passkeys', { as })).body.items[0].name, 'Key ring');
    assert.equal((await ask(server, `DELETE /v1/me/passkeys/${passkey_id}`, { as })).status, 204);
    assert.deepEqual(outcome((await passkeys.enterWith(device)).answer), [401, 'passkey_refused']);
    const standing = (await ask(server, 'GET /v1/me/second-factor', { as })).body;
    assert.deepEqual(
      [standing.active, standing.recovery_codes_left],
      [false, 0],
      'the codes went with the last factor',
    );
    assert.equal((await ask(server, 'POST /v1/sessions', { payload: { email, password } })).status, 201);
  });

  test('the recovery codes stay while one kind of second factor is left', async () => {
    const { passkey_id } = (await passkeys.add(as, device)).body;
    const started = await ask(server, 'POST /v1/me/second-factor', { as });
    const code = new TOTP({ secret: started.body.secret }).generate({ timestamp: server.time.now.epochMilliseconds });
    const confirmed = await ask(server, 'PUT /v1/me/second-factor', { as, payload: { code } });
    assert.deepEqual(confirmed.body.recovery_codes, []);
    const asked = await ask(server, 'POST /v1/sessions', { payload: { email, password } });
    assert.deepEqual(
      asked.body.fields.map(({ name }: { name: string }) => name),
      ['code', 'passkey'],
    );
    await ask(server, 'DELETE /v1/me/second-factor', { as });
    const left = (await ask(server, 'GET /v1/me/second-factor', { as })).body;
    assert.deepEqual(left, { active: true, authenticator: false, pending: false, recovery_codes_left: 10 });
    await ask(server, `DELETE /v1/me/passkeys/${passkey_id}`, { as });
    assert.equal((await ask(server, 'GET /v1/me/second-factor', { as })).body.recovery_codes_left, 0);
  });

  test('who gets a passkey or loses one is told by letter, and so does the trail of the customer', async () => {
    const { passkey_id } = (await passkeys.add(as, device, 'Key ring')).body;
    assert.match(await lastLetter(server, email), /The passkey “Key ring” was added/);
    await ask(server, `DELETE /v1/me/passkeys/${passkey_id}`, { as });
    assert.match(await lastLetter(server, email), /The passkey “Key ring” was removed/);
    const told = await passkeys.trail();
    const [removed, added] = told;
    assert.deepEqual([removed?.data['what'], added?.data['what']], ['passkey_removed', 'passkey_added']);
    assert.match(removed?.actor ?? '', /^user:/);
  });

  test('who moves to another address is told at the old one, where an owner who did not ask for it still reads', async () => {
    const moved = `moved.${email}`;
    assert.equal((await ask(server, 'PUT /v1/me/email', { as, payload: { email: moved } })).status, 204);
    const letter = (await lastLetter(server, email)).replace(/\s+/g, ' ');
    assert.ok(letter.includes(`The address you sign in with was changed to ${moved}.`), letter);
    assert.match(letter, /Otherwise write to \S+@\S+ at once/);
    assert.equal(await lastLetter(server, moved), '');
    const [told] = await passkeys.trail();
    assert.deepEqual([told?.data['what'], told?.data['name']], ['address_changed', moved]);
    const taken = await ask(server, 'PUT /v1/me/email', { as, payload: { email: 'admin@alpha.example' } });
    assert.deepEqual(outcome(taken), [409, 'address_taken']);
    await ask(server, 'PUT /v1/me/email', { as, payload: { email: moved } });
    assert.equal(await lastLetter(server, moved), '', 'what stays as it is tells nothing');
  });

  test('a device that is known is not taken twice, and a login has at most twenty', async () => {
    const { body } = await ask(server, 'POST /v1/me/passkey-challenges', { as });
    const made = device.create(body, { origin });
    assert.equal(
      (await ask(server, 'POST /v1/me/passkeys', { as, payload: { name: 'x', passkey: made } })).status,
      201,
    );
    const again = await ask(server, 'POST /v1/me/passkey-challenges', { as });
    assert.deepEqual(
      again.body.excludeCredentials.map(({ id }: { id: string }) => id),
      [made.id],
    );
    for (let i = 1; i < 20; i++) assert.equal((await passkeys.add(as, new Authenticator())).status, 201);
    assert.deepEqual(outcome(await passkeys.add(as, new Authenticator())), [409, 'too_many_passkeys']);
  });

  test('one name of a key stands for one login only', async () => {
    await passkeys.add(as, device);
    const stranger = (await passkeys.newcomer()).as;
    const { body } = await ask(server, 'POST /v1/me/passkey-challenges', { as: stranger });
    const taken = device.copyFor(body, { origin });
    const payload = { name: 'x', passkey: taken };
    assert.deepEqual(outcome(await ask(server, 'POST /v1/me/passkeys', { as: stranger, payload })), [
      409,
      'passkey_exists',
    ]);
  });
});
