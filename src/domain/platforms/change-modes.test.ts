import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { changePolicy } from '#domain/customers/change-policy.ts';
import { changeModes, type ModesChange } from '#domain/platforms/change-modes.ts';
import { renewals } from '#domain/renewals/renew.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { actOn, customer, day, inVain, plan, platformWithMailboxes, price, seller } from '#spec/build.ts';
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

const term = { anchorOn: '2027-01-15', expiresOn: '2027-03-15' };
const yearly = { mode: 'yearly' as const, anchorOn: '2026-03-20', expiresOn: '2027-03-20' };

async function shop(tx: Tx) {
  const customerId = await customer(tx);
  const drafts = [term, { ...term, expiresOn: '2027-04-15' }, yearly].map((draft) => ({ plan: basic, ...draft }));
  const { mailboxIds } = await platformWithMailboxes(tx, customerId, drafts);
  return { customerId, mailboxIds: mailboxIds as [bigint, bigint, bigint] };
}

type Change = Pick<ModesChange, 'customerId' | 'mailboxIds' | 'wanted'> & { dryRun?: boolean };

async function change(tx: Tx, on: string, { dryRun = false, ...draft }: Change): Promise<string[]> {
  const results = await changeModes(tx, actOn(on, 'user:7'), { ...draft, dryRun });
  return results.map((result) =>
    'newNet' in result
      ? `${result.outcome} ${result.to} ${result.effectiveOn} ${result.oldNet}→${result.newNet}`
      : `${result.outcome}${'code' in result ? ` ${result.code}` : ''}`,
  );
}

const renew = (tx: Tx, on: string, customerId: bigint) => renewals.run(tx, actOn(on), [customerId]);

test('a preview answers what the change will answer, and changes nothing', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await shop(tx);
    const preview = await change(tx, '2027-03-01', { customerId, mailboxIds, wanted: 'yearly', dryRun: true });
    assert.deepEqual(preview, [
      'changed yearly 2027-03-15 299→2990',
      'changed yearly 2027-04-15 299→2990',
      'unchanged yearly 2027-03-20 2990→2990',
    ]);
    assert.equal((await mailboxNow(tx, mailboxIds[0])).mode, 'monthly');
    assert.deepEqual(await eventsOf(tx, customerId, 'mailboxes.modes_changed'), []);
    assert.deepEqual(await change(tx, '2027-03-01', { customerId, mailboxIds, wanted: 'yearly' }), preview);
    const [event, ...others] = await eventsOf(tx, customerId, 'mailboxes.modes_changed');
    assert(event);
    assert.deepEqual([event.actor, others], ['user:7', []], 'one act, one event');
    const told = event.data['changes'] as { mailbox_id: number }[];
    assert.deepEqual(
      told.map((each) => each.mailbox_id),
      mailboxIds.slice(0, 2).map(Number),
    );
  });
});

test('what the preview promised is what is invoiced on that day', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await shop(tx);
    await price(tx, 'basic', { validFrom: '2027-04-01', monthly: 349n, yearly: 3490n });
    await change(tx, '2027-03-01', { customerId, mailboxIds, wanted: 'yearly' });
    await renew(tx, '2027-03-15', customerId);
    await renew(tx, '2027-04-15', customerId);
    assert.deepEqual(await termsOf(tx, mailboxIds[0]), ['2027-03-15 → 2028-03-15 yearly 2990']);
    assert.deepEqual(await termsOf(tx, mailboxIds[1]), ['2027-04-15 → 2028-04-15 yearly 3490']);
  });
});

test('a change makes no order and no invoice, and touches nothing before the expiry', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await shop(tx);
    await change(tx, '2027-03-01', { customerId, mailboxIds, wanted: 'none' });
    const { rows } = await sql`
      select (select count(*)::int from orders where customer_id = ${customerId}) as orders,
             (select count(*)::int from invoices where customer_id = ${customerId}) as invoices`.execute(tx);
    assert.deepEqual(rows, [{ orders: 0, invoices: 0 }]);
    assert.equal(await renew(tx, '2027-03-14', customerId), 0);
    assert.equal((await mailboxNow(tx, mailboxIds[0])).state, 'active');
  });
});

test('a change every day for a month, and its undo, leave a mailbox as if nothing had been', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await shop(tx);
    const untouched = await mailboxNow(tx, mailboxIds[0]);
    for (let on = day('2027-02-14'); on.toString() < '2027-03-15'; on = on.add({ days: 1 })) {
      const wanted = (['yearly', 'none', 'monthly'] as const)[on.day % 3] as 'yearly';
      await change(tx, String(on), { customerId, mailboxIds: [mailboxIds[0]], wanted });
    }
    await change(tx, '2027-03-14', { customerId, mailboxIds: [mailboxIds[0]], wanted: 'none' });
    await change(tx, '2027-03-14', { customerId, mailboxIds: [mailboxIds[0]], wanted: 'monthly' });
    assert.deepEqual(await mailboxNow(tx, mailboxIds[0]), untouched);
    await renew(tx, '2027-03-15', customerId);
    assert.deepEqual(await termsOf(tx, mailboxIds[0]), ['2027-03-15 → 2027-04-15 monthly 299']);
  });
});

test('a none taken back gives each mailbox its own mode', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await shop(tx);
    await change(tx, '2027-03-01', { customerId, mailboxIds, wanted: 'none' });
    await change(tx, '2027-03-02', { customerId, mailboxIds, wanted: 'none' });
    assert.deepEqual(await change(tx, '2027-03-03', { customerId, mailboxIds, wanted: 'previous' }), [
      'changed monthly 2027-03-15 0→299',
      'changed monthly 2027-04-15 0→299',
      'changed yearly 2027-03-20 0→2990',
    ]);
    await renew(tx, '2027-03-20', customerId);
    assert.deepEqual(await termsOf(tx, mailboxIds[2]), ['2027-03-20 → 2028-03-20 yearly 2990']);
  });
});

test('each mailbox answers for itself: those refused or unknown do not stop the others', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await shop(tx);
    const stranger = await shop(tx);
    await change(tx, '2027-03-01', { customerId, mailboxIds: [mailboxIds[0]], wanted: 'none' });
    await renew(tx, '2027-03-15', customerId);
    const ids = [mailboxIds[0], stranger.mailboxIds[0], mailboxIds[1], mailboxIds[1]];
    assert.deepEqual(await change(tx, '2027-03-16', { customerId, mailboxIds: ids, wanted: 'yearly' }), [
      'refused mailbox_in_retention',
      'unknown',
      'changed yearly 2027-04-15 299→2990',
    ]);
    assert.equal((await mailboxNow(tx, stranger.mailboxIds[0])).mode, 'monthly');
  });
});

test('a none chosen while a run is late ends nothing unpaid: what was due is renewed, and the none is for the next expiry', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await shop(tx);
    const mailbox = { customerId, mailboxIds: [mailboxIds[0]] };
    assert.deepEqual(await change(tx, '2027-03-17', { ...mailbox, wanted: 'none' }), ['changed none 2027-04-15 299→0']);
    await renew(tx, '2027-03-19', customerId);
    assert.deepEqual(await termsOf(tx, mailboxIds[0]), ['2027-03-15 → 2027-04-15 monthly 299']);
    await renew(tx, '2027-04-15', customerId);
    assert.equal((await mailboxNow(tx, mailboxIds[0])).state, 'suspended for expiry');
  });
});

test('with a cut-off, a change after it lets one more term pass, and is then the mode', async () => {
  await inVain(db, async (tx) => {
    await changePolicy(tx, actOn('2027-01-01'), { patch: { mode_cutoff: '24h' }, reason: 'a test' });
    const { customerId, mailboxIds } = await shop(tx);
    const mailbox = { customerId, mailboxIds: [mailboxIds[0]] };
    assert.deepEqual(await change(tx, '2027-03-14', { ...mailbox, wanted: 'none' }), ['changed none 2027-04-15 299→0']);
    await renew(tx, '2027-03-15', customerId);
    assert.deepEqual(await termsOf(tx, mailboxIds[0]), ['2027-03-15 → 2027-04-15 monthly 299']);
    const { mode, previous, later } = await mailboxNow(tx, mailboxIds[0]);
    assert.deepEqual([mode, previous, later], ['none', 'monthly', null]);
    await renew(tx, '2027-04-15', customerId);
    assert.equal((await mailboxNow(tx, mailboxIds[0])).state, 'suspended for expiry');
  });
});
