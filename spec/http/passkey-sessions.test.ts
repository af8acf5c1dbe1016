import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'kysely';
import { settleTelling } from '#http/tell.ts';
import { Authenticator } from '#spec/authenticator.ts';
import { lastLetter, openPasskeys, outcome } from '#spec/http/passkeys.ts';
import { ask, type Caller, origin, type TestServer } from '#spec/http/server.ts';
import { password } from '#spec/http/town.ts';

describe('signing in with a passkey', () => {
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

  test('a passkey opens a session by itself, and the list tells when it was used', async () => {
    await passkeys.add(as, device);
    const { answer, caller } = await passkeys.enterWith(device);
    assert.equal(answer.status, 201);
    assert.equal((await ask(server, 'GET /v1/me', { as: caller })).body.email, email);
    const [passkey] = (await ask(server, 'GET /v1/me/passkeys', { as })).body.items;
    assert.equal(passkey.used_at, '2027-03-01T08:00:00Z');
  });

  test('what a browser is asked with at the door is the same for everybody and names nobody', async () => {
    const before = await ask(server, 'POST /v1/passkey-challenges');
    await passkeys.add(as, device);
    const after = await ask(server, 'POST /v1/passkey-challenges');
    assert.deepEqual({ ...after.body, challenge: '' }, { ...before.body, challenge: '' });
    assert.deepEqual(
      [after.body.rpId, after.body.allowCredentials, after.body.userVerification],
      ['localhost', [], 'required'],
    );
    const unknown = await ask(server, 'POST /v1/sessions', {
      payload: { email: 'nobody@example.com', password: 'wrong guess' },
    });
    const known = await ask(server, 'POST /v1/sessions', { payload: { email, password: 'wrong guess' } });
    assert.deepEqual(
      [unknown.status, unknown.body.code, unknown.body.fields],
      [known.status, known.body.code, known.body.fields],
    );
  });

  test('after the password, the passkey or a recovery code is wanted, and only who knows the password is told which', async () => {
    const { recovery_codes } = (await passkeys.add(as, device)).body;
    const asked = await ask(server, 'POST /v1/sessions', { payload: { email, password } });
    assert.deepEqual([asked.status, asked.body.code], [401, 'second_factor_required']);
    assert.deepEqual(
      asked.body.fields.map(({ name }: { name: string }) => name),
      ['passkey'],
    );
    const { asked: options, browser } = await passkeys.challenge();
    const passkey = device.get(options, { origin });
    const right = await ask(server, 'POST /v1/sessions', { as: browser, payload: { email, password, passkey } });
    assert.equal(right.status, 201);
    const recovered = { email, password, code: recovery_codes[0] };
    assert.equal((await ask(server, 'POST /v1/sessions', { payload: recovered })).status, 201);
    assert.equal((await ask(server, 'POST /v1/sessions', { payload: recovered })).body.code, 'second_factor_refused');
  });

  test('somebody else’s passkey is no second factor of mine, nor a proof in my session', async () => {
    await passkeys.add(as, device);
    const stranger = (await passkeys.newcomer()).as;
    const theirs = new Authenticator();
    await passkeys.add(stranger, theirs);
    const { asked, browser } = await passkeys.challenge();
    const payload = { email, password, passkey: theirs.get(asked, { origin }) };
    assert.equal((await ask(server, 'POST /v1/sessions', { as: browser, payload })).body.code, 'passkey_refused');
    const again = await ask(server, 'POST /v1/session/passkey-challenges', { as });
    const proof = { passkey: theirs.get(again.body, { origin }) };
    const refused = await ask(server, 'PUT /v1/session/proof', { as, payload: proof });
    assert.deepEqual([refused.status, refused.body.code], [401, 'passkey_refused']);
  });

  test('an answer that names another owner than the key’s is refused', async () => {
    await passkeys.add(as, device);
    const { asked, browser } = await passkeys.challenge();
    const passkey = device.get(asked, { origin });
    passkey.response.userHandle = Buffer.from('1').toString('base64url');
    assert.equal((await passkeys.open(browser, passkey)).body.code, 'passkey_refused');
  });

  test('a challenge is answered once, within five minutes, in its own browser and for its own purpose', async () => {
    await passkeys.add(as, device);
    const { asked, browser } = await passkeys.challenge();
    const passkey = device.get(asked, { origin });
    assert.equal((await passkeys.open(browser, passkey)).status, 201);
    assert.deepEqual(outcome(await passkeys.open(browser, passkey)), [422, 'challenge_over'], 'replayed');
    const late = await passkeys.challenge();
    server.time.now = server.time.now.add({ minutes: 5 });
    assert.deepEqual(
      outcome(await passkeys.open(late.browser, device.get(late.asked, { origin }))),
      [422, 'challenge_over'],
      'late',
    );
    server.time.now = server.time.now.subtract({ minutes: 5 });
    const mine = await passkeys.challenge();
    const { browser: another } = await passkeys.challenge();
    assert.deepEqual(
      outcome(await passkeys.open(another, device.get(mine.asked, { origin }))),
      [422, 'challenge_over'],
      'elsewhere',
    );
    const proof = await ask(server, 'POST /v1/session/passkey-challenges', { as });
    const forProof = device.get(proof.body, { origin });
    assert.deepEqual(outcome(await passkeys.open({ ...browser }, forProof)), [422, 'challenge_over'], 'for a proof');
    assert.equal(
      (await passkeys.open(mine.browser, device.get(mine.asked, { origin }))).status,
      201,
      'the right one still opens',
    );
  });

  test('of twenty answers to one challenge at once, one opens a session', async () => {
    await passkeys.add(as, device);
    const { asked, browser } = await passkeys.challenge();
    const passkey = device.get(asked, { origin });
    const answers = await Promise.all(Array.from({ length: 20 }, () => passkeys.open(browser, passkey)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  });

  test('a wrong answer uses its challenge up as well', async () => {
    await passkeys.add(as, device);
    const { asked, browser } = await passkeys.challenge();
    assert.equal(
      (await passkeys.open(browser, device.get(asked, { origin: 'https://evil.example' }))).body.code,
      'passkey_refused',
    );
    assert.equal((await passkeys.open(browser, device.get(asked, { origin }))).body.code, 'challenge_over');
  });

  test('an answer from another origin, for another site, by an owner nobody looked at, or signed by another key, is refused', async () => {
    await passkeys.add(as, device);
    const pages = [
      { origin: 'https://evil.example' },
      { origin: 'http://localhost:8081' },
      { origin, rpId: 'evil.example' },
      { origin, userVerified: false },
    ];
    for (const page of pages) {
      const { asked, browser } = await passkeys.challenge();
      assert.deepEqual(
        outcome(await passkeys.open(browser, device.get(asked, page))),
        [401, 'passkey_refused'],
        JSON.stringify(page),
      );
    }
    const { asked, browser } = await passkeys.challenge();
    const forged = device.get(asked, { origin });
    const other = new Authenticator();
    other.create({ challenge: '', rp: { id: 'localhost' }, user: { id: forged.response.userHandle } }, { origin });
    const { response } = other.get(asked, { origin });
    assert.deepEqual(outcome(await passkeys.open(browser, { ...forged, response })), [401, 'passkey_refused']);
    assert.equal((await passkeys.enterWith(device)).answer.status, 201, 'and the right one goes on to work');
  });

  test('a device whose count went back is refused, and its owner and the trail are told', async () => {
    await passkeys.add(as, device, 'Key ring');
    assert.equal((await passkeys.enterWith(device)).answer.status, 201);
    device.counter -= 2;
    assert.deepEqual(outcome((await passkeys.enterWith(device)).answer), [401, 'passkey_refused']);
    const told = await passkeys.trail();
    const { user_id } = (await ask(server, 'GET /v1/me', { as })).body;
    assert.deepEqual(told[0]?.data, { user_id, what: 'passkey_copied', name: 'Key ring' });
    assert.match(await lastLetter(server, email), /counter had gone back/);
  });

  test('whoever can send a credential’s name but not sign raises no alarm', async () => {
    await passkeys.add(as, device);
    assert.equal((await passkeys.enterWith(device)).answer.status, 201);
    const { asked, browser } = await passkeys.challenge();
    device.counter = 1;
    const forged = device.get(asked, { origin });
    forged.response.signature = Buffer.from('not a signature').toString('base64url');
    assert.deepEqual(outcome(await passkeys.open(browser, forged)), [401, 'passkey_refused']);
    assert.doesNotMatch(await lastLetter(server, email), /counter/);
  });

  test('a device that keeps no count goes on to work', async () => {
    const phone = new Authenticator({ counts: false });
    await passkeys.add(as, phone);
    for (const _ of [1, 2]) assert.equal((await passkeys.enterWith(phone)).answer.status, 201);
  });

  test('a reset of the password leaves the passkey where it is, and asks for it', async () => {
    await passkeys.add(as, device);
    await ask(server, 'POST /v1/password-resets', { payload: { email } });
    await settleTelling();
    const token = /\/password\/([A-Za-z0-9_-]{43})/.exec(await lastLetter(server, email, 'password_reset'))?.[1];
    assert.equal(
      (await ask(server, `PUT /v1/password-resets/${token}`, { payload: { password: 'a wholly new one' } })).status,
      204,
    );
    const entered = await ask(server, 'POST /v1/sessions', { payload: { email, password: 'a wholly new one' } });
    assert.equal(entered.body.code, 'second_factor_required');
  });

  test('bad input is answered with the field and the rule, and uses nothing up', async () => {
    const { asked, browser } = await passkeys.challenge();
    await passkeys.add(as, device);
    const passkey = device.get(asked, { origin });
    const missing = await passkeys.open(browser, {
      ...passkey,
      response: { ...passkey.response, signature: undefined },
    });
    assert.deepEqual(
      [missing.status, missing.body.fields],
      [422, [{ name: 'passkey.response.signature', rule: 'is required' }]],
    );
    const nameless = await ask(server, 'POST /v1/me/passkeys', { as, payload: { name: '', passkey: {} } });
    assert.equal(nameless.body.code, 'invalid_input');
    assert.ok(nameless.body.fields.some(({ name }: { name: string }) => name === 'name'));
    assert.equal((await passkeys.open(browser, passkey)).status, 201);
  });

  test('after ten attempts with one passkey the eleventh is refused, while the password’s door stays open', async () => {
    await passkeys.add(as, device);
    for (let i = 0; i < 10; i++) {
      const { asked, browser } = await passkeys.challenge();
      assert.equal(
        (await passkeys.open(browser, device.get(asked, { origin, userVerified: false }))).body.code,
        'passkey_refused',
      );
    }
    assert.deepEqual(outcome((await passkeys.enterWith(device)).answer), [429, 'too_many_attempts']);
    assert.equal(
      (await ask(server, 'POST /v1/sessions', { payload: { email, password } })).body.code,
      'second_factor_required',
    );
    server.time.now = server.time.now.add({ minutes: 16 });
    assert.equal((await passkeys.enterWith(device)).answer.status, 201);
    server.time.now = server.time.now.subtract({ minutes: 16 });
  });

  test('a challenge is stored only once it was answered, and not as it was told', async () => {
    await passkeys.add(as, device);
    const { asked, browser } = await passkeys.challenge();
    await passkeys.open(browser, device.get(asked, { origin }));
    const { rows } = await sql<{ all: string }>`select json_agg(u)::text as all from used_challenges u`.execute(
      server.database.system,
    );
    assert.ok(rows[0]?.all && !rows[0].all.includes(asked.challenge));
  });
});
