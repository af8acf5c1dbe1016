import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { freeAddresses, takeAddresses } from '#domain/platforms/addresses.ts';
import { endMailboxes } from '#domain/platforms/end.ts';
import { extendMailboxes } from '#domain/platforms/extend.ts';
import { registerMailboxes } from '#domain/platforms/register.ts';
import { resumeMailboxes } from '#domain/platforms/resume.ts';
import { type MailboxStart, startMailboxes } from '#domain/platforms/start.ts';
import { suspendMailboxes } from '#domain/platforms/suspend.ts';
import { isContention, type Tx, transaction } from '#kit/db.ts';
import { actOn, customer, day, inVain, plan, platformWithMailboxes, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { eventsOf, mailboxNow } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });
let basic = 0n;
before(() =>
  transaction(db, async (tx) => {
    await seller(tx);
    basic = await plan(tx, 'basic');
  }),
);

async function one(tx: Tx, expiresOn = '2027-03-15') {
  const customerId = await customer(tx);
  const drafts = [{ plan: basic, anchorOn: '2027-01-15', expiresOn }];
  const { platformId, mailboxIds } = await platformWithMailboxes(tx, customerId, drafts);
  const mailboxId = mailboxIds[0] as bigint;
  return { customerId, platformId, mailboxId, selection: { customerId, mailboxIds: [mailboxId] } };
}

type World = Awaited<ReturnType<typeof one>>;

const suspend = (tx: Tx, on: string, { selection }: World, reason: 'debt' | 'expiry') =>
  suspendMailboxes(tx, actOn(on), [{ ...selection, reason, deleteOn: day(on).add({ days: 30 }) }]);

async function versions(tx: Tx, { mailboxId }: World): Promise<number> {
  const { rows } = await sql<{ wanted: number }>`
    select wanted_version as wanted from mailboxes where mailbox_id = ${mailboxId}`.execute(tx);
  return rows[0]?.wanted ?? 0;
}

test('a mailbox is not renewed from an expiry at which it does not stand', async () => {
  await inVain(db, async (tx) => {
    const world = await one(tx);
    const term = {
      ...world,
      chain: 1,
      startsOn: day('2027-02-15'),
      endsOn: day('2027-03-15'),
      previousEndsOn: day('2027-02-15'),
      planId: basic,
      mode: 'monthly' as const,
      invoiceId: null,
      lineNo: null,
      net: 299n,
    };
    await assert.rejects(extendMailboxes(tx, [term]), /every mailbox stood at the expiry/);
  });
});

test('a live address exists once in the world; an ended one may be used again', async () => {
  const again = (tx: Tx, { customerId, platformId }: World, address: string) =>
    registerMailboxes(tx, actOn('2027-02-01'), [
      {
        customerId,
        platformId,
        planId: basic,
        address,
        mode: 'monthly',
        termMode: 'monthly',
        anchorOn: day('2027-01-15'),
        expiresOn: day('2027-03-15'),
      },
    ]);
  const addressOf = async (tx: Tx, { mailboxId }: World) => {
    const { rows } = await sql<{
      address: string;
    }>`select address from mailboxes where mailbox_id = ${mailboxId}`.execute(tx);
    return rows[0]?.address ?? '';
  };
  await assert.rejects(
    transaction(db, async (tx) => {
      const world = await one(tx);
      const another = await one(tx);
      await again(tx, another, await addressOf(tx, world));
    }),
    { name: 'Contention' },
  );
  await inVain(db, async (tx) => {
    const world = await one(tx);
    await suspend(tx, '2027-03-15', world, 'expiry');
    await sql`update mailboxes set deletion_told_at = suspended_at where mailbox_id = ${world.mailboxId}`.execute(tx);
    await endMailboxes(tx, actOn('2027-04-14'), [world.selection]);
    assert.equal((await again(tx, world, await addressOf(tx, world))).length, 1);
  });
});

test('of two who want an address at the same time the second waits: it may have it when the first gives up', async () => {
  for (const firstTakesIt of [true, false]) {
    const [waiting, decided] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = transaction(db, async (tx) => {
      await takeAddresses(tx, ['b@example.com', 'a@example.com']);
      waiting.resolve();
      await decided.promise;
      if (!firstTakesIt) throw new Error('gave up');
    });
    await waiting.promise;
    const second = transaction(db, async (tx) => {
      decided.resolve();
      await takeAddresses(tx, ['c@example.com', 'a@example.com']);
      await freeAddresses(tx, ['a@example.com', 'c@example.com']);
    });
    const [one, two] = await Promise.allSettled([first, second]);
    const wanted = firstTakesIt ? ['fulfilled', 'rejected'] : ['rejected', 'fulfilled'];
    assert.deepEqual([one.status, two.status], wanted);
    if (two.status === 'rejected') assert.ok(isContention(two.reason), String(two.reason));
    await transaction(db, (tx) => freeAddresses(tx, ['a@example.com', 'b@example.com']));
  }
});

test('suspending takes access off and keeps the content until the end of the retention; the mail platform follows', async () => {
  await inVain(db, async (tx) => {
    const world = await one(tx);
    await suspend(tx, '2027-03-15', world, 'expiry');
    const { state, deleteOn, dueOn } = await mailboxNow(tx, world.mailboxId);
    assert.deepEqual([state, deleteOn, dueOn], ['suspended for expiry', '2027-04-14', null]);
    assert.equal(await versions(tx, world), 2);
    await suspend(tx, '2027-03-16', world, 'debt');
    await suspend(tx, '2027-03-17', world, 'expiry');
    assert.equal((await mailboxNow(tx, world.mailboxId)).deleteOn, '2027-04-14', 'the retention is not begun again');
    assert.equal((await eventsOf(tx, world.customerId, 'mailboxes.suspended')).length, 1);
    assert.equal(await versions(tx, world), 2);
  });
});

test('lifting a suspension for debt gives back what was due: at the expiry, or today when that has passed', async () => {
  for (const [paidOn, dueOn] of [
    ['2027-03-10', '2027-03-15'],
    ['2027-03-20', '2027-03-20'],
  ] as const) {
    await inVain(db, async (tx) => {
      const world = await one(tx);
      await suspend(tx, '2027-03-08', world, 'debt');
      await resumeMailboxes(tx, actOn(paidOn), [world.selection]);
      const mailbox = await mailboxNow(tx, world.mailboxId);
      assert.deepEqual(
        [mailbox.state, mailbox.expiresOn, mailbox.dueOn, mailbox.deleteOn],
        ['active', '2027-03-15', dueOn, null],
      );
      assert.equal(await versions(tx, world), 3);
      await resumeMailboxes(tx, actOn(paidOn), [world.selection]);
      assert.equal((await eventsOf(tx, world.customerId, 'mailboxes.resumed')).length, 1, 'once');
    });
  }
});

test('a payment does not bring back what has expired', async () => {
  await inVain(db, async (tx) => {
    const world = await one(tx);
    await suspend(tx, '2027-03-08', world, 'debt');
    await suspend(tx, '2027-03-15', world, 'expiry');
    await resumeMailboxes(tx, actOn('2027-03-16'), [world.selection]);
    assert.equal((await mailboxNow(tx, world.mailboxId)).state, 'suspended for expiry');
  });
});

test('a mailbox ends only when its retention is over and its owner was told 24 hours before', async () => {
  await inVain(db, async (tx) => {
    const world = await one(tx);
    const end = async (on: string) => {
      await endMailboxes(tx, actOn(on), [world.selection]);
      return (await mailboxNow(tx, world.mailboxId)).state;
    };
    const told = (on: string) =>
      sql`update mailboxes set deletion_told_at = ${actOn(on).at} where mailbox_id = ${world.mailboxId}`.execute(tx);
    assert.equal(await end('2027-03-15'), 'active', 'never one that is active');
    await suspend(tx, '2027-03-15', world, 'expiry');
    assert.equal(await end('2027-04-20'), 'suspended for expiry', 'nobody told');
    await told('2027-04-14');
    assert.equal(await end('2027-04-14'), 'suspended for expiry', 'told a moment ago');
    await told('2027-04-01');
    assert.equal(await end('2027-04-13'), 'suspended for expiry', 'a day early');
    assert.equal(await end('2027-04-14'), 'ended');
    const [event] = await eventsOf(tx, world.customerId, 'mailboxes.ended');
    assert.deepEqual(event?.data['mailbox_ids'], [Number(world.mailboxId)]);
  });
});

const start = (world: World, draft: Partial<MailboxStart> = {}): MailboxStart => ({
  customerId: world.customerId,
  mailboxId: null,
  platformId: world.platformId,
  planId: basic,
  address: 'new@example.com',
  mode: 'yearly',
  endsOn: day('2028-03-20'),
  invoiceId: 1n,
  lineNo: 1,
  net: 2990n,
  ...draft,
});

/** Makes the invoice of a start, since a term is a line of one. */
async function invoiceFor({ customerId }: World, tx: Tx): Promise<bigint> {
  const { rows } = await sql<{ id: bigint }>`
    insert into invoices (customer_id, seller_id, series, year, seq, number, issued_on, issued_at, deadline_at, currency,
                          net, vat_rate_bp, vat, gross, vat_note, buyer)
    select ${customerId}, seller_id, 'F', 2027, 1, 'F2027-000001', '2027-03-20', now(), now(), 'EUR', 2990, 0, 0, 2990, '', '{}'
      from sellers limit 1 returning invoice_id as id`.execute(tx);
  return rows[0]?.id ?? 0n;
}

test('a mailbox that was paid for starts today, in the mode of its order, and is due when its term ends', async () => {
  await inVain(db, async (tx) => {
    const world = await one(tx);
    const invoiceId = await invoiceFor(world, tx);
    const [mailboxId = 0n] = await startMailboxes(tx, actOn('2027-03-20'), [start(world, { invoiceId })]);
    const { state, mode, expiresOn, dueOn } = await mailboxNow(tx, mailboxId);
    assert.deepEqual([state, mode, expiresOn, dueOn], ['active', 'yearly', '2028-03-20', '2028-03-20']);
    const { rows } = await sql`
      select anchor_on::text as anchor, t.starts_on::text as starts, t.chain from mailboxes m join terms t using (customer_id, mailbox_id)
       where m.mailbox_id = ${mailboxId}`.execute(tx);
    assert.deepEqual(rows, [{ anchor: '2027-03-20', starts: '2027-03-20', chain: 1 }]);
  });
});

test('of mailboxes that start together each customer is told of those it bought back, and of no others', async () => {
  await inVain(db, async (tx) => {
    const [returning, buying] = [await one(tx), await one(tx)];
    await suspend(tx, '2027-03-15', returning, 'expiry');
    const { mailboxId } = returning;
    await startMailboxes(tx, actOn('2027-03-20'), [
      start(returning, { mailboxId, invoiceId: await invoiceFor(returning, tx) }),
      start(buying, { invoiceId: await invoiceFor(buying, tx) }),
    ]);
    const told = async ({ customerId }: World) =>
      (await eventsOf(tx, customerId, 'mailboxes.started')).map(({ data }) => data['bought_back']);
    assert.deepEqual([await told(returning), await told(buying)], [[1], [0]]);
  });
});

test('bought back in its retention, a mailbox begins a new chain of terms: the days it was off are not sold', async () => {
  await inVain(db, async (tx) => {
    const world = await one(tx);
    await suspend(tx, '2027-03-15', world, 'expiry');
    const invoiceId = await invoiceFor(world, tx);
    const { mailboxId } = world;
    await startMailboxes(tx, actOn('2027-03-20'), [start(world, { mailboxId, invoiceId })]);
    const mailbox = await mailboxNow(tx, mailboxId);
    assert.deepEqual(
      [mailbox.state, mailbox.mode, mailbox.dueOn, mailbox.deleteOn],
      ['active', 'yearly', '2028-03-20', null],
    );
    const { rows } = await sql`
      select chain, starts_on::text as starts, ends_on::text as ends from terms where mailbox_id = ${mailboxId} order by starts_on`.execute(
      tx,
    );
    assert.deepEqual(rows, [
      { chain: 1, starts: '2027-01-15', ends: '2027-03-15' },
      { chain: 2, starts: '2027-03-20', ends: '2028-03-20' },
    ]);
    await assert.rejects(
      startMailboxes(tx, actOn('2027-03-21'), [start(world, { mailboxId, invoiceId, lineNo: 2 })]),
      /was in its retention/,
    );
  });
});
