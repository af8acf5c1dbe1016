import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { everybody, type Group, isLetIn, matrix, type Who } from '#spec/http/matrix.ts';
import { addressOf, bodyOf, printOf } from '#spec/http/requests.ts';
import { type Answer, ask, type Caller, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password, type Town } from '#spec/http/town.ts';

const doorsClosed = new Set([
  'not_signed_in',
  'not_allowed',
  'customer_unknown',
  'customer_required',
  'proof_required',
  'person_required',
]);

describe('who may do what (R35, P11)', () => {
  const done: (() => Promise<void>)[] = [];
  let server: TestServer;
  let town: Town;
  let callers: Record<Who, Caller>;
  const routes = Object.entries(matrix).map(([line, rule]) => {
    const [group, fresh] = rule.split(' ') as [Group, string | undefined];
    return { line, group, isFresh: fresh === 'fresh' };
  });

  before(async () => {
    const owner = { after: (step: () => Promise<void>) => done.unshift(step) };
    server = await testServer(owner);
    town = await buildTown(owner, server);
    callers = await signEverybodyIn();
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('the table names every route there is, and no other', () => {
    const there = new Set(server.app.everyRoute.map(({ line }) => line).filter((line) => !line.startsWith('HEAD')));
    assert.deepEqual([...there].sort(), Object.keys(matrix).sort());
  });

  test('each route asks for a recent proof exactly where the table says so', () => {
    const asking = server.app.everyRoute.filter(({ line, fresh }) => fresh && !line.startsWith('HEAD'));
    const said = routes.filter(({ isFresh }) => isFresh);
    assert.deepEqual(asking.map(({ line }) => line).sort(), said.map(({ line }) => line).sort());
  });

  let untouched: string | undefined;
  for (const { line, group } of routes) {
    test(`${line}: who is not let in is told so and changes nothing`, async () => {
      untouched ??= await printOf(server.database);
      for (const who of everybody.filter((each) => !isLetIn(each, group))) {
        const answer = await knock(line, who);
        const expected = who === 'nobody' ? [401] : [403];
        assert.ok(expected.includes(answer.status), `${who}: ${answer.status} ${JSON.stringify(answer.body)}`);
        assert.ok(!tells(answer, town.alpha.code), `${who} was told something`);
      }
      assert.equal(await printOf(server.database), untouched);
    });
  }

  for (const { line, group } of routes) {
    test(`${line}: who is let in is answered with their own`, async () => {
      for (const who of everybody.filter((each) => isLetIn(each, group))) {
        const answer = line === 'DELETE /v1/session' ? await signOut(who) : await look(line, who);
        const why = `${who}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`;
        assert.ok(answer.status < 500, why);
        assert.ok(!doorsClosed.has(answer.body?.code), why);
        if (line.startsWith('GET /v1/')) assert.equal(answer.status, 200, why);
        if (who === 'other' && group !== 'public') assert.ok(!tells(answer, 'ALPHA'), `${who} sees ALPHA: ${why}`);
      }
    });
  }

  test('a neighbour’s administrator and token get nothing of a customer, by id or by name, and change nothing', async () => {
    const before = await printOf(server.database, town.alpha.customerId);
    const beta = { ...callers.other };
    const token: Caller = { token: town.beta.tokens.all };
    for (const { line, group } of routes.filter((each) => isOfCustomer(each.group))) {
      for (const as of [beta, token]) {
        if (line.includes(':id') || /mode-changes|order-previews|payment-methods\/order/.test(line)) {
          const answer = await request(line, as);
          const why = `${line}: ${answer.status} ${JSON.stringify(answer.body)}`;
          assert.ok(!tells(answer, 'ALPHA'), why);
          if (line.includes(':id')) assert.ok([403, 404].includes(answer.status), why);
        }
        const named = await request(line, { ...as, customer: 'ALPHA' });
        assert.ok([403, 404].includes(named.status), `${line} by name: ${named.status} ${group}`);
        assert.ok(!tells(named, 'ALPHA@') && !tells(named, 'alpha.example'), line);
      }
    }
    assert.equal(await printOf(server.database, town.alpha.customerId), before);
  });

  test('an operator names the customer, and one that does not exist is told apart', async () => {
    const as = { ...callers.staffSupport };
    delete as.customer;
    assert.equal((await ask(server, 'GET /v1/account', { as })).body.code, 'customer_required');
    assert.equal(
      (await ask(server, 'GET /v1/account', { as: { ...as, customer: 'NONE' } })).body.code,
      'customer_unknown',
    );
    assert.equal((await ask(server, 'GET /v1/account', { as: { ...as, customer: 'BETA' } })).body.customer, 'BETA');
  });

  test('a token that is allowed an act which asks for a recent proof is told that it takes a person (R35)', async () => {
    const [reaching, beyond] = ['PUT /v1/platforms/:id/termination', 'POST /v1/people'];
    const before = await printOf(server.database);
    assert.equal((await knock(reaching, 'tokenAll')).body.code, 'person_required');
    assert.equal((await knock('POST /v1/withdrawals', 'tokenMoney')).body.code, 'person_required');
    assert.equal((await knock(beyond, 'tokenAll')).body.code, 'not_allowed');
    assert.equal(await printOf(server.database), before);
  });

  test('twenty minutes after signing in, what asks for a recent proof is refused until it is given', async () => {
    const before = await printOf(server.database);
    server.time.now = server.time.now.add({ minutes: 20 });
    for (const { line, group } of routes.filter(({ isFresh }) => isFresh)) {
      const who = isLetIn('admin', group) ? 'admin' : 'staffAdmin';
      const answer = await knock(line, who);
      assert.equal(answer.body.code, 'proof_required', line);
    }
    assert.equal(await printOf(server.database), before);
    const wrong = await ask(server, 'PUT /v1/session/proof', { as: callers.admin, payload: { password: 'not mine' } });
    assert.equal(wrong.body.code, 'wrong_password');
    const right = await ask(server, 'PUT /v1/session/proof', { as: callers.admin, payload: { password } });
    assert.equal(right.status, 204);
    const cookie = String([right.headers['set-cookie']].flat()[0]).split(';')[0] as string;
    assert.equal((await ask(server, 'GET /v1/me', { as: callers.admin })).status, 401, 'the old token opens nothing');
    const payload = { amount: 100_000_000 };
    const withdrawal = await ask(server, 'POST /v1/withdrawals', { as: { cookie }, payload });
    assert.equal(withdrawal.body.code, 'credit_too_low');
  });

  /** Knocks at a door with everything it takes to do harm to ALPHA. */
  function knock(line: string, who: Who): Promise<Answer> {
    return request(line, callers[who]);
  }

  function request(line: string, as: Caller): Promise<Answer> {
    const [method] = line.split(' ');
    const payload = bodyOf(line, town.alpha);
    return ask(server, `${method} ${addressOf(line, town.alpha, town)}`, { as, ...(payload && { payload }) });
  }

  /** Asks for what is one's own; acts are only tried as far as the door, with a word they do not know. */
  function look(line: string, who: Who): Promise<Answer> {
    const own = who === 'other' ? town.beta : town.alpha;
    const as = callers[who];
    const [method] = line.split(' ');
    const address = addressOf(line, own, town);
    if (method === 'GET') return ask(server, `GET ${address}`, { as });
    const payload = bodyOf(line, own) ? { payload: { no_such_word: true } } : {};
    return ask(server, `${method} ${address.replace(/\/\d+(?=\/|$)/, '/999999999')}`, { as, ...payload });
  }

  async function signOut(who: Who): Promise<Answer> {
    const again = await signIn(who);
    return ask(server, 'DELETE /v1/session', { as: again });
  }

  async function signEverybodyIn(): Promise<Record<Who, Caller>> {
    const { tokens } = town.alpha;
    const keys = { tokenAll: tokens.all, tokenMailboxes: tokens.mailboxes, tokenMoney: tokens.money };
    const signed = await Promise.all(everybody.map(async (who) => [who, await signIn(who, keys)] as const));
    return Object.fromEntries(signed) as Record<Who, Caller>;
  }

  async function signIn(who: Who, keys: Partial<Record<Who, string>> = {}): Promise<Caller> {
    if (who === 'nobody') return {};
    if (who.startsWith('token')) return { token: keys[who] ?? '' };
    if (who.startsWith('staff')) {
      const email = `${who.slice(5).toLowerCase()}@seller.example`;
      return { ...(await signedIn(server, email, password)), customer: 'ALPHA' };
    }
    const email = who === 'other' ? 'admin@beta.example' : `${who}@alpha.example`;
    return signedIn(server, email, password);
  }
});

function isOfCustomer(group: Group): boolean {
  return isLetIn('other', group) && group !== 'public' && group !== 'persons';
}

/** Whether an answer says anything of that neighbour. */
function tells({ body }: Answer, name: string): boolean {
  return JSON.stringify(body ?? '')
    .toLowerCase()
    .includes(name.toLowerCase());
}
