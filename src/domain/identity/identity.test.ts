import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { TOTP } from 'otpauth';
import { Temporal } from 'temporal-polyfill';
import { registerCustomers } from '#domain/customers/register.ts';
import { registerSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import { completeReset } from '#domain/identity/change-password.ts';
import { changeAddress } from '#domain/identity/change-person.ts';
import { recordFactorChange, type TellFactor } from '#domain/identity/factor-changes.ts';
import { inviteOperator } from '#domain/identity/operators.ts';
import { changeRole, invitePerson, removePerson } from '#domain/identity/people.ts';
import { registerUsers } from '#domain/identity/register.ts';
import { confirmSecondFactor, startSecondFactor } from '#domain/identity/second-factor.ts';
import { closeSession, findSession, renewProof } from '#domain/identity/sessions.ts';
import { type Credentials, signIn } from '#domain/identity/sign-in.ts';
import { findBearer, issueToken, revokeToken } from '#domain/identity/tokens.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { freshDatabase, type TestDatabase } from '#spec/harness.ts';

const now = Temporal.Instant.from('2027-03-01T08:00:00Z');
const act: Act = { actor: 'operator:1', at: now, on: Temporal.PlainDate.from('2027-03-01') };
const secret = 'installation secret';
const password = 'correct horse 7';
const tell: TellFactor = (tx, change) => recordFactorChange(tx, act, change);
const visitor = { address: '198.51.100.7', agent: 'test' };

let db: TestDatabase;
let customerId: bigint;
let ada: bigint;

describe('identity', () => {
  const done: (() => Promise<void>)[] = [];
  after(async () => {
    for (const step of done) await step();
  });

  before(async () => {
    db = await freshDatabase({ after: (step) => done.push(step) });
    await transaction(db.system, async (tx) => {
      await registerSeller(tx, act, seller);
      const codes = await registerCustomers(tx, act, [customer('C1')]);
      customerId = codes.get('C1') ?? 0n;
      ada = await register(tx, 'ada@example.com', [{ customerId, role: 'admin' }]);
    });
  });

  test('an unknown address, a wrong password and a login never taken up are answered alike', async () => {
    await act_(async (tx) => invitePerson(tx, act, person('new@example.com', 'technical')));
    for (const email of ['nobody@example.com', 'ada@example.com', 'new@example.com']) {
      await refused(open({ email, password: 'something wrong' }), 'sign_in_refused');
    }
  });

  test('a session is found by its token only while it lasts, and its token is stored nowhere', async () => {
    const { token, sessionId } = await open({ email: ' ADA@example.com', password });
    const session = await findSession(db.system, token, now);
    assert.equal(session?.sessionId, sessionId);
    assert.deepEqual(
      session?.memberships.map((one) => [one.code, one.role]),
      [['C1', 'admin']],
    );
    const stored = await sql<{ all: string }>`select json_agg(s)::text as all from sessions s`.execute(db.system);
    assert.ok(!stored.rows[0]?.all.includes(token));
    assert.equal(await findSession(db.system, token, now.add({ hours: 24 * 7 + 1 })), null, 'unused for a week');
    await closeSession(db.system, ada, sessionId);
    assert.equal(await findSession(db.system, token, now), null);
  });

  test('nobody ends somebody else’s session', async () => {
    const { token, sessionId } = await open({ email: 'ada@example.com', password });
    await refused(closeSession(db.system, ada + 1n, sessionId), 'session_not_found');
    assert.ok(await findSession(db.system, token, now));
  });

  test('a new proof gives the session another token, and the old one opens nothing', async () => {
    const { token } = await open({ email: 'ada@example.com', password });
    const session = await findSession(db.system, token, now);
    assert.ok(session);
    const later = now.add({ minutes: 30 });
    const proof = { now: later, secret, address: visitor.address };
    await refused(renewProof(db.system, session, { ...proof, password: 'something wrong' }), 'wrong_password');
    const renewed = await renewProof(db.system, session, { ...proof, password });
    assert.equal(await findSession(db.system, token, later), null);
    assert.equal((await findSession(db.system, renewed, later))?.freshAt.toString(), later.toString());
  });

  test('after ten attempts on an account the eleventh is refused, also with the right password', async () => {
    await act_((tx) => register(tx, 'tried@example.com', []));
    for (let i = 0; i < 10; i++) {
      await refused(
        open({ email: 'tried@example.com', password: `wrong ${i} guess` }, `203.0.113.${i}`),
        'sign_in_refused',
      );
    }
    await refused(open({ email: 'tried@example.com', password }, '203.0.113.99'), 'too_many_attempts');
    const later = { visitor, now: now.add({ minutes: 16 }), secret };
    assert.ok(await signIn(db.system, { email: 'tried@example.com', password }, later));
  });

  test('a second factor is asked for, its code works once, and a recovery code once', async () => {
    const email = 'two@example.com';
    const userId = await act_((tx) => register(tx, email, []));
    const started = await startSecondFactor(db.system, userId, secret);
    const totp = new TOTP({ secret: started.secret });
    const at = (minutes: number) => totp.generate({ timestamp: now.add({ minutes }).epochMilliseconds });
    const confirm = { code: at(0), address: visitor.address, now, secret, tell };
    const { recovery_codes } = await confirmSecondFactor(db.system, userId, confirm);
    await refused(open({ email, password }), 'second_factor_required');
    await refused(open({ email, password, code: at(0) }), 'second_factor_refused', 'the code that set it up was used');
    const later = { visitor, now: now.add({ minutes: 5 }), secret };
    assert.ok(await signIn(db.system, { email, password, code: at(5) }, later));
    await refused(signIn(db.system, { email, password, code: at(5) }, later), 'second_factor_refused');
    const code = recovery_codes[3] ?? '';
    assert.ok(await signIn(db.system, { email, password, code }, later));
    await refused(signIn(db.system, { email, password, code }, later), 'second_factor_refused');
    const kept = await sql<{ totp_secret: string }>`select totp_secret from users where user_id = ${userId}`.execute(
      db.system,
    );
    assert.ok(!kept.rows[0]?.totp_secret.includes(started.secret));
  });

  test('a token does what its scopes and its owner’s role of today both allow, until it is revoked', async () => {
    const draft = { customerId, userId: ada, role: 'admin', name: 'robot', expiresAt: null, now } as const;
    const issued = await act_((tx) => issueToken(tx, act, { ...draft, scopes: ['money:read', 'platforms:terminate'] }));
    assert.match(issued.token, new RegExp(`^rin_${customerId}_${issued.token_id}_`));
    assert.deepEqual((await findBearer(db.system, issued.token, now))?.scopes, ['money:read', 'platforms:terminate']);
    assert.equal(await findBearer(db.system, `${issued.token.slice(0, -2)}xx`, now), null);
    await act_((tx) => register(tx, 'second@example.com', [{ customerId, role: 'admin' }]));
    await act_((tx) => changeRole(tx, act, { customerId, userId: ada, role: 'billing' }));
    assert.deepEqual((await findBearer(db.system, issued.token, now))?.scopes, ['money:read']);
    await act_((tx) => changeRole(tx, act, { customerId, userId: ada, role: 'admin' }));
    await act_((tx) => revokeToken(tx, act, { customerId, tokenId: issued.token_id }));
    assert.equal(await findBearer(db.system, issued.token, now), null);
  });

  test('a token for more than the role allows is not made', async () => {
    const draft = { customerId, userId: ada, role: 'technical', name: 'robot', expiresAt: null, now } as const;
    await refused(
      act_((tx) => issueToken(tx, act, { ...draft, scopes: ['money:write'] })),
      'unknown_scope',
    );
  });

  test('of two people who take the same address at once, one is refused', async () => {
    const people = await transaction(db.system, async (tx) => [
      await register(tx, 'left@example.com', []),
      await register(tx, 'right@example.com', []),
    ]);
    for (let i = 0; i < 10; i++) {
      const taking = people.map((userId) =>
        changeAddress(db.system, userId, { wanted: `wanted${i}@example.com`, now, tell }),
      );
      const outcomes = (await Promise.allSettled(taking)).map((one) =>
        one.status === 'rejected' ? one.reason.code : '',
      );
      assert.deepEqual(new Set(outcomes), new Set(['', 'address_taken']));
    }
  });

  test('who is removed loses role and tokens, and the last administrator stays', async () => {
    const only = await act_(async (tx) => (await registerCustomers(tx, act, [customer('C2')])).get('C2') ?? 0n);
    const [boss, clerk] = await act_(async (tx) => [
      await register(tx, 'boss@example.com', [{ customerId: only, role: 'admin' }]),
      await register(tx, 'clerk@example.com', [{ customerId: only, role: 'billing' }]),
    ]);
    const draft = {
      customerId: only,
      userId: clerk as bigint,
      role: 'billing',
      name: 'robot',
      expiresAt: null,
      now,
    } as const;
    const { token } = await act_((tx) => issueToken(tx, act, { ...draft, scopes: ['money:read'] }));
    await act_((tx) => removePerson(tx, act, { customerId: only, userId: clerk as bigint }));
    assert.equal(await findBearer(db.system, token, now), null);
    await refused(
      act_((tx) => removePerson(tx, act, { customerId: only, userId: boss as bigint })),
      'last_admin',
    );
    await refused(
      act_((tx) => changeRole(tx, act, { customerId: only, userId: boss as bigint, role: 'billing' })),
      'last_admin',
    );
  });

  test('an operator comes in by a link, and a customer’s login cannot become one', async () => {
    const { invitation } = await act_((tx) => inviteOperator(tx, act, { email: 'ops@example.com', now }));
    const token = invitation?.token ?? '';
    await completeReset(db.system, { token, password: 'operators know 1', address: visitor.address, tell }, now);
    const opened = await open({ email: 'ops@example.com', password: 'operators know 1' });
    assert.equal((await findSession(db.system, opened.token, now))?.person.operatorRole, 'admin');
    await refused(
      act_((tx) => inviteOperator(tx, act, { email: 'ada@example.com', now })),
      'address_taken',
    );
    await refused(
      act_((tx) => invitePerson(tx, act, person('ops@example.com', 'admin'))),
      'cannot_invite',
    );
  });
});

const seller = {
  ...{ name: 'Seller', street: 'Via Roma 1', postalCode: '00100', city: 'Roma', country: 'IT' },
  ...{ vatNumber: '', email: 'seller@example.com', iban: '', bic: '', currency: 'EUR', timeZone: 'Europe/Rome' },
};

function customer(code: string) {
  return {
    code,
    name: code,
    email: `${code.toLowerCase()}@example.com`,
    country: 'IT',
    language: 'it',
    currency: 'EUR',
  };
}

function person(email: string, role: 'admin' | 'technical') {
  return { customerId, email, name: 'New', language: 'it', role, now };
}

async function register(tx: Tx, email: string, memberships: { customerId: bigint; role: 'admin' | 'billing' }[]) {
  const [id] = await registerUsers(tx, [{ email, name: email, language: 'en', password, memberships, now }]);
  return id ?? 0n;
}

function act_<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db.system, work);
}

function open(credentials: Credentials, address = visitor.address) {
  return signIn(db.system, credentials, { visitor: { ...visitor, address }, now, secret });
}

function refused(work: Promise<unknown>, code: string, why?: string) {
  return assert.rejects(work, (error: { code?: string }) => {
    assert.equal(error.code, code, why);
    return true;
  });
}
