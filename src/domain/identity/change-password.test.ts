import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TOTP } from 'otpauth';
import { Temporal } from 'temporal-polyfill';
import { changePassword, completeReset, requestReset } from '#domain/identity/change-password.ts';
import { changeAddress } from '#domain/identity/change-person.ts';
import { recordFactorChange, type TellFactor } from '#domain/identity/factor-changes.ts';
import { registerUsers } from '#domain/identity/register.ts';
import { confirmSecondFactor, startSecondFactor } from '#domain/identity/second-factor.ts';
import { findSession, listSessions } from '#domain/identity/sessions.ts';
import { type Credentials, signIn } from '#domain/identity/sign-in.ts';
import { transaction } from '#kit/db.ts';
import { freshDatabase } from '#spec/harness.ts';

const now = Temporal.Instant.from('2027-03-01T08:00:00Z');
const act = { actor: 'operator:1', at: now, on: Temporal.PlainDate.from('2027-03-01') };
const secret = 'installation secret';
const password = 'correct horse 7';
const tell: TellFactor = (tx, change) => recordFactorChange(tx, act, change);
const visitor = { address: '198.51.100.7', agent: 'test' };
const db = await freshDatabase({ after });

test('a reset works once, ends every session, and leaves the second factor where it is', async () => {
  const email = 'lost@example.com';
  const userId = await register(email);
  const { token: session } = await open({ email, password });
  const { secret: base32 } = await startSecondFactor(db.system, userId, secret);
  const code = new TOTP({ secret: base32 }).generate({ timestamp: now.epochMilliseconds });
  await confirmSecondFactor(db.system, userId, { code, address: visitor.address, now, secret, tell });
  const write = await requestReset(db.system, { email, address: visitor.address }, now);
  assert.ok(write);
  const { token } = await transaction(db.system, write);
  const wanted = { token, password: 'a wholly new one', address: visitor.address, tell };
  await refused(completeReset(db.system, { ...wanted, password: 'short' }, now), 'weak_password');
  await completeReset(db.system, wanted, now);
  await refused(completeReset(db.system, wanted, now), 'reset_refused');
  assert.equal(await findSession(db.system, session, now), null);
  await refused(open({ email, password: wanted.password }), 'second_factor_required');
});

test('asking for a reset of an address nobody has gives nothing to send', async () => {
  const asked = { email: 'nobody@example.com', address: visitor.address };
  assert.equal(await requestReset(db.system, asked, now), null);
});

test('a reset is over after an hour', async () => {
  await register('ada@example.com');
  const write = await requestReset(db.system, { email: 'ada@example.com', address: visitor.address }, now);
  const { token } = await transaction(db.system, write as NonNullable<typeof write>);
  const late = now.add({ minutes: 61 });
  await refused(
    completeReset(db.system, { token, password: 'another good one', address: 'a', tell }, late),
    'reset_refused',
  );
});

test('changing the password ends the other sessions and renames this one, which has proved nothing by it', async () => {
  const email = 'change@example.com';
  const userId = await register(email);
  const other = await open({ email, password });
  const mine = await open({ email, password });
  const session = await findSession(db.system, mine.token, now);
  assert.ok(session);
  const later = now.add({ minutes: 10 });
  const change = { current: password, wanted: 'something better 9', address: visitor.address, now: later, tell };
  await refused(changePassword(db.system, session, { ...change, current: 'not it at all' }), 'wrong_password');
  const renamed = await changePassword(db.system, session, change);
  assert.equal(await findSession(db.system, other.token, now), null);
  assert.equal(await findSession(db.system, mine.token, now), null);
  assert.equal(String((await findSession(db.system, renamed, later))?.freshAt), String(session.freshAt));
  assert.equal((await listSessions(db.system, userId, now)).length, 1);
});

test('a link to choose a password is void once the password or the address was changed', async () => {
  const email = 'linked@example.com';
  const userId = await register(email);
  const link = async (at: string) => {
    const write = await requestReset(db.system, { email: at, address: visitor.address }, now);
    return (await transaction(db.system, write as NonNullable<typeof write>)).token;
  };
  const isVoid = (token: string) => {
    const taking = { token, password: 'somebody else’s 1', address: visitor.address, tell };
    return refused(completeReset(db.system, taking, now), 'reset_refused');
  };
  const session = await findSession(db.system, (await open({ email, password })).token, now);
  assert.ok(session);
  const before = await link(email);
  const change = { current: password, wanted: 'something better 9', address: visitor.address, now, tell };
  await changePassword(db.system, session, change);
  await isVoid(before);
  const atOldAddress = await link(email);
  await changeAddress(db.system, userId, { wanted: 'moved@example.com', now, tell });
  await isVoid(atOldAddress);
  assert.ok(await link('moved@example.com'));
});

function register(email: string): Promise<bigint> {
  return transaction(db.system, async (tx) => {
    const [id] = await registerUsers(tx, [{ email, name: email, language: 'en', password, now }]);
    return id ?? 0n;
  });
}

function open(credentials: Credentials) {
  return signIn(db.system, credentials, { visitor, now, secret });
}

function refused(work: Promise<unknown>, code: string) {
  return assert.rejects(work, (error: { code?: string }) => {
    assert.equal(error.code, code);
    return true;
  });
}
