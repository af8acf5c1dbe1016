import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { type CommandLine, commandLine } from '#spec/_cli.ts';
import { Authenticator } from '#spec/authenticator.ts';
import { cookiesOf, outcome } from '#spec/http/passkeys.ts';
import { ask, type Caller, origin, signedIn, type TestServer, testServer } from '#spec/http/server.ts';

const password = 'operators know 1';

describe('operators are made, changed and closed at the command line, and nowhere else', () => {
  const done: (() => void | Promise<void>)[] = [];
  let server: TestServer;
  let rinnovo: CommandLine['rinnovo'];
  let boss: Caller;

  before(async () => {
    const owner = { after: (step: () => void | Promise<void>) => done.unshift(step) };
    server = await testServer(owner);
    // Links run out by the host's clock, which is the command line's too.
    server.time.now = Temporal.Now.instant();
    rinnovo = commandLine(server.database, owner).rinnovo;
    boss = await comesIn('boss@rinnovo.example');
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('an operator has the role they were added with, and another once it is changed, at once and without a new link', async () => {
    const finn = await comesIn('finn@rinnovo.example', '--role', 'finance');
    assert.equal(await roleOf(finn), 'finance');
    assert.equal((await ask(server, 'PATCH /v1/policy', { as: finn })).body.code, 'not_allowed');
    const change = await rinnovo('operator', 'add', 'finn@rinnovo.example', '--role', 'support');
    assert.deepEqual(
      [change.code, change.out],
      [0, 'finn@rinnovo.example is an operator with the role support now.\n'],
    );
    assert.equal(await roleOf(finn), 'support');
    assert.deepEqual(await told(1), [{ what: 'role', role: 'support' }]);
  });

  test('an operator who is there already gets a new link and keeps their role', async () => {
    await rinnovo('operator', 'add', 'nora@rinnovo.example', '--role', 'finance');
    const { out } = await rinnovo('operator', 'add', 'Nora@rinnovo.example');
    const nora = await chooses('nora@rinnovo.example', out);
    assert.equal(await roleOf(nora), 'finance');
    assert.deepEqual(await told(2), [
      { what: 'invited', role: 'finance' },
      { what: 'invited', role: 'finance' },
    ]);
  });

  test('who is closed is out at once: session, password, passkey and open link open nothing', async () => {
    const email = 'leo@rinnovo.example';
    const leo = await comesIn(email, '--role', 'support');
    const device = new Authenticator();
    await addPasskey(leo, device);
    assert.equal((await enterWith(device)).status, 201);
    const token = tokenIn((await rinnovo('operator', 'add', email)).out);
    const closing = await rinnovo('operator', 'close', email);
    assert.deepEqual([closing.code, closing.out], [0, `${email} is no operator any more.\n`]);
    assert.equal((await ask(server, 'GET /v1/me', { as: leo })).status, 401);
    const payload = { email, password };
    assert.equal((await ask(server, 'POST /v1/sessions', { payload })).body.code, 'sign_in_refused');
    assert.deepEqual(outcome(await enterWith(device)), [401, 'passkey_refused']);
    const link = await ask(server, `PUT /v1/password-resets/${token}`, { payload: { password: 'leo was here 22' } });
    assert.equal(link.body.code, 'reset_refused');
    assert.deepEqual(await told(1), [{ what: 'closed', role: 'support' }]);
    const again = await rinnovo('operator', 'close', email);
    assert.deepEqual([again.code, again.err], [1, 'There is no such operator.\n']);

    const back = await comesIn(email);
    assert.equal(await roleOf(back), 'admin');
    assert.deepEqual(outcome(await enterWith(device)), [401, 'passkey_refused'], 'who comes back begins anew');
    assert.equal((await ask(server, 'GET /v1/me', { as: back })).body.second_factor, false);
    await rinnovo('operator', 'close', email);
  });

  test('the last administrator is neither closed nor lowered', async () => {
    for (const words of [
      ['close', 'boss@rinnovo.example'],
      ['add', 'boss@rinnovo.example', '--role', 'finance'],
    ]) {
      const { code, out, err } = await rinnovo('operator', ...words);
      assert.deepEqual([code, out, err], [1, '', 'Somebody must remain administrator.\n']);
    }
    assert.equal(await roleOf(boss), 'admin');
    await rinnovo('operator', 'add', 'deputy@rinnovo.example');
    const ends = await Promise.all(
      ['boss', 'deputy'].map((name) => rinnovo('operator', 'close', `${name}@rinnovo.example`)),
    );
    assert.deepEqual(ends.map(({ code }) => String(code)).sort(), ['0', '1'], 'of two who close each other one stays');
  });

  test('the list tells who may what, and who is no operator any more', async () => {
    const { code, out } = await rinnovo('operator', 'list');
    assert.equal(code, 0);
    assert.match(out, /^nora@rinnovo\.example +finance +password$/m);
    assert.match(out, /^leo@rinnovo\.example +admin +closed \d{4}-\d\d-\d\d$/m);
    await rinnovo('operator', 'add', 'vera@rinnovo.example', '--role', 'support');
    assert.match((await rinnovo('operator', 'list')).out, /^vera@rinnovo\.example +support +invited$/m);
  });

  test('what is used wrongly is one sentence, and a customer’s login is no operator', async () => {
    for (const words of [
      ['add', 'new@rinnovo.example', '--role', 'owner'],
      ['add'],
      ['close'],
      ['close', 'nora@rinnovo.example', '--role', 'admin'],
      ['list', 'nora@rinnovo.example'],
      ['remove', 'nora@rinnovo.example'],
    ]) {
      const { code, err } = await rinnovo('operator', ...words);
      assert.deepEqual([code, err.trimEnd().split('\n').length], [2, 1], words.join(' '));
    }
  });

  async function comesIn(email: string, ...more: string[]): Promise<Caller> {
    const { code, out, err } = await rinnovo('operator', 'add', email, ...more);
    assert.equal(code, 0, err);
    return chooses(email, out);
  }

  async function chooses(email: string, out: string): Promise<Caller> {
    const answer = await ask(server, `PUT /v1/password-resets/${tokenIn(out)}`, { payload: { password } });
    assert.equal(answer.status, 204, JSON.stringify(answer.body));
    return signedIn(server, email, password);
  }

  async function roleOf(as: Caller): Promise<string> {
    return (await ask(server, 'GET /v1/me', { as })).body.operator_role;
  }

  /** What the trail says of operators, newest first, as far as the command line did it. */
  async function told(most: number): Promise<object[]> {
    const { body } = await ask(server, 'GET /v1/seller-events', { as: boss });
    type Event = { type: string; actor: string; data: { what: string; role: string } };
    return body.items
      .filter(({ type, actor }: Event) => type === 'operators.changed' && actor === 'operator:cli')
      .slice(0, most)
      .map(({ data: { what, role } }: Event) => ({ what, role }));
  }

  async function addPasskey(as: Caller, device: Authenticator): Promise<void> {
    const { body } = await ask(server, 'POST /v1/me/passkey-challenges', { as });
    const payload = { name: 'Key ring', passkey: device.create(body, { origin }) };
    assert.equal((await ask(server, 'POST /v1/me/passkeys', { as, payload })).status, 201);
  }

  async function enterWith(device: Authenticator) {
    const challenge = await ask(server, 'POST /v1/passkey-challenges');
    const payload = { passkey: device.get(challenge.body, { origin }) };
    return ask(server, 'POST /v1/passkey-sessions', { as: { cookie: cookiesOf(challenge) }, payload });
  }
});

function tokenIn(out: string): string {
  return /\/password\/([A-Za-z0-9_-]{43})\n$/.exec(out)?.[1] ?? assert.fail(out);
}
