import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { changeModes } from '#domain/platforms/change-modes.ts';
import { suspendMailboxes } from '#domain/platforms/suspend.ts';
import { revokeTermination, type Termination, terminatePlatform } from '#domain/platforms/terminate.ts';
import { renewals } from '#domain/renewals/renew.ts';
import { retention } from '#domain/renewals/retain.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { actOn, customer, day, inVain, plan, platformWithMailboxes, refusalOf, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { eventsOf, mailboxNow, termsOf } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });
let basic = 0n;
before(() =>
  transaction(db, async (tx) => {
    await seller(tx);
    basic = await plan(tx, 'basic');
  }),
);

/** Three mailboxes of mixed modes: they expire on 10 March, 15 March and 1 June. */
async function mixed(tx: Tx) {
  const customerId = await customer(tx);
  const { platformId, name, mailboxIds } = await platformWithMailboxes(tx, customerId, [
    { plan: basic, anchorOn: '2027-01-10', expiresOn: '2027-03-10' },
    { plan: basic, anchorOn: '2027-01-15', expiresOn: '2027-03-15', mode: 'none', termMode: 'monthly' },
    { plan: basic, anchorOn: '2026-06-01', expiresOn: '2027-06-01', mode: 'yearly' },
  ]);
  const terminate = (on: string, draft: Partial<Termination> = {}) =>
    terminatePlatform(tx, actOn(on, 'user:7'), {
      customerId,
      platformId,
      name,
      reason: 'moved away',
      dryRun: false,
      ...draft,
    });
  const revoke = (on: string) => revokeTermination(tx, actOn(on, 'user:7'), { customerId, platformId });
  const run = (on: string) => renewals.run(tx, actOn(on), [customerId]);
  const states = async () => {
    const all = await Promise.all(mailboxIds.map((id) => mailboxNow(tx, id)));
    return all.map(({ state }) => state);
  };
  const platform = async () => {
    const { rows } = await sql<{ state: string; terminated: boolean }>`
      select state, terminated_at is not null as terminated from platforms where platform_id = ${platformId}`.execute(
      tx,
    );
    return rows[0];
  };
  return { customerId, platformId, name, mailboxIds, terminate, revoke, run, states, platform };
}

test('a termination tells which mailboxes end when, and the day the platform closes; the preview does nothing', async () => {
  await inVain(db, async (tx) => {
    const { customerId, terminate, platform } = await mixed(tx);
    const preview = await terminate('2027-03-01', { dryRun: true });
    assert.deepEqual(
      preview.endings.map(({ endsOn, mailboxes }) => `${endsOn} ${mailboxes}`),
      ['2027-03-10 1', '2027-03-15 1', '2027-06-01 1'],
    );
    assert.equal(String(preview.closesOn), '2027-06-01');
    assert.deepEqual(await platform(), { state: 'open', terminated: false });
    assert.deepEqual(await eventsOf(tx, customerId, 'platforms.terminated'), []);
    assert.deepEqual(await terminate('2027-03-01'), preview);
    const events = await eventsOf(tx, customerId, 'platforms.terminated');
    assert.deepEqual([events.length, events[0]?.actor, events[0]?.data['reason']], [1, 'user:7', 'moved away']);
    await terminate('2027-03-02');
    assert.equal((await eventsOf(tx, customerId, 'platforms.terminated')).length, 1, 'twice is once');
  });
});

test('it is confirmed by typing the name, and refused for what is not there or not the customer’s', async () => {
  await inVain(db, async (tx) => {
    const { name, terminate, revoke } = await mixed(tx);
    const other = await mixed(tx);
    assert.equal(await refusalOf(terminate('2027-03-01', { name: `${name}x` })), 'name_mismatch');
    assert.equal(await refusalOf(terminate('2027-03-01', { platformId: other.platformId })), 'platform_unknown');
    assert.equal(await refusalOf(revoke('2027-03-01')), 'not_terminated');
  });
});

test('every mailbox ends at its own expiry, whatever its mode, and the platform closes with the last', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds, terminate, revoke, run, states, platform } = await mixed(tx);
    await terminate('2027-03-01');
    await run('2027-03-09');
    assert.deepEqual(await states(), ['active', 'active', 'active']);
    await run('2027-03-10');
    assert.deepEqual(await states(), ['suspended for expiry', 'active', 'active']);
    assert.equal((await mailboxNow(tx, mailboxIds[0] as bigint)).deleteOn, '2027-04-09');
    await run('2027-05-31');
    assert.deepEqual((await platform())?.state, 'open');
    await run('2027-06-01');
    assert.deepEqual(await states(), ['suspended for expiry', 'suspended for expiry', 'suspended for expiry']);
    assert.deepEqual((await platform())?.state, 'closed');
    assert.equal((await eventsOf(tx, customerId, 'platforms.closed')).length, 1);
    assert.equal(await refusalOf(revoke('2027-06-01')), 'platform_closed');
    assert.equal(await refusalOf(terminate('2027-06-01')), 'platform_closed');
    for (const id of mailboxIds) assert.deepEqual(await termsOf(tx, id), []);
  });
});

test('a revocation gives every mailbox its own mode back, as if nothing had been', async () => {
  await inVain(db, async (tx) => {
    const { mailboxIds, terminate, revoke, run, states } = await mixed(tx);
    const before = await Promise.all(mailboxIds.map((id) => mailboxNow(tx, id)));
    await terminate('2027-03-01');
    await revoke('2027-03-02');
    assert.deepEqual(await Promise.all(mailboxIds.map((id) => mailboxNow(tx, id))), before);
    await run('2027-06-01');
    assert.deepEqual(await states(), ['active', 'suspended for expiry', 'active']);
    const [monthly, none, yearly] = mailboxIds as [bigint, bigint, bigint];
    assert.deepEqual((await termsOf(tx, monthly))[0], '2027-03-10 → 2027-04-10 monthly 299');
    assert.deepEqual(await termsOf(tx, none), []);
    assert.deepEqual(await termsOf(tx, yearly), ['2027-06-01 → 2028-06-01 yearly 2990']);
  });
});

test('between its first ending and its last a platform can be kept: what has not ended yet renews again', async () => {
  await inVain(db, async (tx) => {
    const { mailboxIds, terminate, revoke, run, states } = await mixed(tx);
    await terminate('2027-03-01');
    await run('2027-03-10');
    await revoke('2027-03-11');
    await run('2027-06-01');
    assert.deepEqual(await states(), ['suspended for expiry', 'suspended for expiry', 'active']);
    assert.deepEqual(await termsOf(tx, mailboxIds[2] as bigint), ['2027-06-01 → 2028-06-01 yearly 2990']);
  });
});

test('a terminated platform has no modes to change until the termination is revoked', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds, terminate, revoke } = await mixed(tx);
    const change = () =>
      changeModes(tx, actOn('2027-03-02'), { customerId, mailboxIds, wanted: 'yearly', dryRun: false });
    await terminate('2027-03-01');
    assert.deepEqual(new Set((await change()).map(({ outcome }) => outcome)), new Set(['refused']));
    await revoke('2027-03-02');
    assert.deepEqual(
      (await change()).map(({ outcome }) => outcome),
      ['changed', 'changed', 'unchanged'],
    );
  });
});

test('a platform without a living mailbox closes as it is terminated', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    const { platformId, name } = await platformWithMailboxes(tx, customerId, []);
    const termination = { customerId, platformId, name: ` ${name} `, reason: '', dryRun: false };
    assert.deepEqual(await terminatePlatform(tx, actOn('2027-03-01'), termination), { endings: [], closesOn: null });
    assert.equal(await refusalOf(terminatePlatform(tx, actOn('2027-03-01'), termination)), 'platform_closed');
  });
});

test('a debt does not stop a termination; a mailbox suspended for it ends with its own retention, and closes the platform', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds, terminate, run, states, platform } = await mixed(tx);
    const last = mailboxIds[2] as bigint;
    await run('2027-03-20');
    await suspendMailboxes(tx, actOn('2027-06-01'), [
      { customerId, mailboxIds: [last], reason: 'debt', deleteOn: day('2027-07-01') },
    ]);
    await run('2027-06-01');
    assert.deepEqual((await states())[2], 'suspended for debt');
    await terminate('2027-06-02');
    await run('2027-06-10');
    assert.deepEqual(await states(), ['suspended for expiry', 'suspended for expiry', 'suspended for debt']);
    assert.equal((await platform())?.state, 'open');
    for (const on of ['2027-06-24', '2027-06-30', '2027-07-01']) await retention.run(tx, actOn(on), [customerId]);
    assert.deepEqual((await states())[2], 'ended');
    assert.equal((await platform())?.state, 'closed');
  });
});
