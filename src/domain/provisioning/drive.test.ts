import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { placeOrder } from '#domain/orders/place.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { changeModes } from '#domain/platforms/change-modes.ts';
import { resumeMailboxes } from '#domain/platforms/resume.ts';
import { suspendMailboxes } from '#domain/platforms/suspend.ts';
import { createProvisioningDrive } from '#domain/provisioning/drive.ts';
import { PlatformUnavailable, type Provisioning } from '#domain/provisioning/platform.ts';
import { openPostalShop, type PostalShop } from '#spec/post.ts';
import { addCustomer, addMailbox, balanceOf, day, eventsOf, linkSecret } from '#spec/shop.ts';

async function withMailbox(shop: PostalShop) {
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  const mailboxId = await addMailbox(shop, customer, '2027-06-01');
  const selection = { customerId, mailboxIds: [mailboxId] };
  const drive = (provisioning: Provisioning = shop.provisioning) =>
    createProvisioningDrive({ db: shop.db, provisioning, leaseSeconds: 30 });
  return {
    customerId,
    mailboxId,
    customer,
    suspend: (reason: 'debt' | 'expiry' = 'debt') =>
      shop.within((tx) => suspendMailboxes(tx, shop.act(), [{ ...selection, reason, deleteOn: day('2027-05-01') }])),
    resume: () => shop.within((tx) => resumeMailboxes(tx, shop.act(), [selection])),
    drive: (provisioning?: Provisioning) => drive(provisioning).drive(shop.moment),
    outstanding: () => drive().outstanding(shop.moment()),
    seen: async () => {
      const [state] = await shop.provisioning.observe([mailboxId]);
      return state?.exists ? `${state.signIn} ${state.inbound}` : 'gone';
    },
    behind: async () => {
      const { rows } = await sql<{ wanted: number; applied: number }>`
        select wanted_version as wanted, applied_version as applied from mailboxes where mailbox_id = ${mailboxId}`.execute(
        shop.db,
      );
      return (rows[0]?.wanted ?? 0) - (rows[0]?.applied ?? 0);
    },
  };
}

test('mailboxes that were imported run already; bought ones are made, with sign-in and mail on', async (t) => {
  const shop = await openPostalShop(t);
  const { customerId, customer, drive, behind, seen } = await withMailbox(shop);
  assert.equal(await behind(), 0);
  assert.equal(await drive(), 0);
  assert.equal(await seen(), 'gone', 'the platform was not asked about it');
  const lines = [
    { platformId: customer.platformId, plan: 'basic', address: 'new@example.com', mode: 'monthly' as const },
  ];
  const order = await shop.within((tx) =>
    placeOrder(tx, shop.act(), { customerId, linkSecret, kind: 'mailboxes', lines }),
  );
  const transfer = {
    customerId,
    orderId: order.orderId,
    amount: order.gross,
    reference: 'bank-1',
    reason: 'statement',
  };
  await shop.within((tx) => recordTransfer(tx, shop.act(), transfer));
  assert.equal(await drive(), 1);
  assert.equal(await shop.provisioning.deliver('new@example.com'), 'accepted');
});

test('for debt mail still comes in, after the expiry it goes back, and a resumed mailbox is as before', async (t) => {
  const shop = await openPostalShop(t);
  const { suspend, resume, drive, seen, customerId } = await withMailbox(shop);
  await suspend('debt');
  await drive();
  assert.equal(await seen(), 'off accept');
  await resume();
  await drive();
  assert.equal(await seen(), 'on accept');
  await suspend('expiry');
  await drive();
  assert.equal(await seen(), 'off reject');
  assert.equal(await balanceOf(shop, customerId), 0n, 'and no money moved');
});

test('whatever goes wrong on the wire, the platform gets there', async (t) => {
  const shop = await openPostalShop(t);
  const { suspend, drive, seen, behind, outstanding } = await withMailbox(shop);
  await suspend();
  shop.mail.platform = () => 'timeout_before';
  assert.equal(await drive(), 1);
  assert.equal(await behind(), 1);
  assert.equal(await drive(), 0, 'not before its pause is over');
  assert.equal(await outstanding(), 0, 'a pause is not waited for');
  shop.setTime(shop.moment().at.add({ seconds: 20 }));
  shop.mail.platform = () => 'timeout_after';
  await drive();
  assert.equal(await seen(), 'off accept');
  assert.equal(await behind(), 1, 'done, but we were not told');
  delete shop.mail.platform;
  shop.setTime(shop.moment().at.add({ minutes: 1 }));
  await drive();
  assert.equal(await behind(), 0);
});

test('a process that dies between applying and writing leaves a lease that runs out', async (t) => {
  const shop = await openPostalShop(t);
  const { suspend, drive, seen, behind, outstanding } = await withMailbox(shop);
  await suspend();
  const dying: Provisioning = {
    ...shop.provisioning,
    apply: async (wanted) => {
      await shop.provisioning.apply(wanted);
      // What the dead process would have written is lost with it.
      await sql`update mailboxes set provision_after = ${shop.moment().at.add({ seconds: 30 })}, provision_failures = 0`.execute(
        shop.db,
      );
      throw new PlatformUnavailable('dead');
    },
  };
  await drive(dying);
  await sql`update mailboxes set provision_after = ${shop.moment().at.add({ seconds: 30 })}, provision_failures = 0`.execute(
    shop.db,
  );
  assert.equal(await seen(), 'off accept');
  assert.equal(await drive(), 0);
  assert.equal(await outstanding(), 1, 'the day is not over while somebody holds it');
  shop.setTime(shop.moment().at.add({ seconds: 30 }));
  assert.equal(await drive(), 1);
  assert.equal(await behind(), 0);
});

test('what changes while a state is being applied is applied afterwards', async (t) => {
  const shop = await openPostalShop(t);
  const { suspend, resume, drive, seen, behind } = await withMailbox(shop);
  await suspend();
  const paidMeanwhile: Provisioning = {
    ...shop.provisioning,
    apply: async (wanted) => {
      const answer = await shop.provisioning.apply(wanted);
      await resume();
      return answer;
    },
  };
  await drive(paidMeanwhile);
  assert.equal(await seen(), 'off accept');
  assert.equal(await behind(), 1);
  await drive();
  assert.equal(await seen(), 'on accept');
  assert.equal(await behind(), 0);
});

test('a late answer cannot leave an old state behind: who was overtaken makes it be applied once more', async (t) => {
  const shop = await openPostalShop(t);
  const { suspend, resume, drive, seen, behind } = await withMailbox(shop);
  await suspend();
  const overtaken: Provisioning = {
    ...shop.provisioning,
    apply: async (wanted) => {
      await resume();
      await drive();
      return shop.provisioning.apply(wanted);
    },
  };
  await drive(overtaken);
  assert.equal(await seen(), 'off accept', 'the old state came last');
  await drive();
  assert.equal(await seen(), 'on accept');
  assert.equal(await behind(), 0);
});

test('an ended mailbox is deleted with its content, and that is told once', async (t) => {
  const shop = await openPostalShop(t);
  const { customerId, mailboxId, seen, behind } = await withMailbox(shop);
  const change = { customerId, mailboxIds: [mailboxId], wanted: 'none' as const, dryRun: false };
  await shop.within((tx) => changeModes(tx, shop.act(), change));
  await shop.live('2027-06-30');
  assert.equal(await seen(), 'off reject', 'its content is kept');
  shop.mail.platform = () => 'timeout_after';
  await shop.live('2027-07-01');
  assert.equal(await seen(), 'gone');
  assert.deepEqual(await eventsOf(shop, customerId, 'mailboxes.deleted'), []);
  delete shop.mail.platform;
  await shop.live('2027-07-03');
  assert.equal(await behind(), 0);
  const deleted = await eventsOf(shop, customerId, 'mailboxes.deleted');
  assert.deepEqual(
    deleted.map((event) => event.data['mailbox_ids']),
    [[Number(mailboxId)]],
  );
});
