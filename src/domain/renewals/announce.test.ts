import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { changeModes } from '#domain/platforms/change-modes.ts';
import { terminatePlatform } from '#domain/platforms/terminate.ts';
import { announcements } from '#domain/renewals/announce.ts';
import { lookAgainAfter } from '#domain/renewals/looks.ts';
import { renewals } from '#domain/renewals/renew.ts';
import { type Tx, transaction } from '#kit/db.ts';
import {
  actOn,
  customer,
  day,
  inVain,
  type MailboxDraft,
  plan,
  platformWithMailboxes,
  price,
  seller,
} from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { eventsOf } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });
let basic = 0n;
before(() =>
  transaction(db, async (tx) => {
    await seller(tx);
    basic = await plan(tx, 'basic');
    await price(tx, 'basic', { validFrom: '2027-04-01', monthly: 349n, yearly: 3490n });
  }),
);

async function owner(tx: Tx, ...drafts: Partial<MailboxDraft>[]) {
  const customerId = await customer(tx);
  const usual = { plan: basic, anchorOn: '2027-02-20', expiresOn: '2027-03-20' };
  const made = await platformWithMailboxes(
    tx,
    customerId,
    drafts.map((draft) => ({ ...usual, ...draft })),
  );
  return { customerId, ...made };
}

/** A look at the announcements as a run takes it: only of those who are planned. */
async function look(tx: Tx, on: string): Promise<number> {
  const act = actOn(on);
  const planned = await announcements.plan(tx, act);
  return planned.length > 0 ? announcements.run(tx, act, planned) : 0;
}

type Notice = { expires_on: string; days: number; net: number; mailboxes: { mailbox_id: number; net: number }[] };

async function notices(tx: Tx, customerId: bigint): Promise<Notice[]> {
  return (await eventsOf(tx, customerId, 'mailboxes.renewal_announced')).map(({ data }) => data as unknown as Notice);
}

const brief = (all: readonly Notice[]) =>
  all.map(({ expires_on, days, net, mailboxes }) => `${expires_on} ${days} ${net} ${mailboxes.length}`);

test('a renewal is announced 15 days before with what it will cost, all of a customer’s day in one letter', async () => {
  await inVain(db, async (tx) => {
    const { customerId } = await owner(tx, {}, {}, { expiresOn: '2027-04-20' });
    assert.equal(await look(tx, '2027-03-04'), 0);
    assert.equal(await look(tx, '2027-03-05'), 1);
    assert.equal(await look(tx, '2027-03-05'), 0, 'not twice on one day');
    assert.equal(await look(tx, '2027-03-06'), 0, 'nor on the next');
    assert.deepEqual(brief(await notices(tx, customerId)), ['2027-03-20 15 598 2']);
    await look(tx, '2027-04-05');
    assert.deepEqual(brief(await notices(tx, customerId)).at(-1), '2027-04-20 15 349 1', 'at the price of that day');
  });
});

test('a yearly renewal is also announced 40 days before', async () => {
  await inVain(db, async (tx) => {
    const { customerId } = await owner(tx, { mode: 'yearly', anchorOn: '2026-06-01', expiresOn: '2027-06-01' });
    for (let on = day('2027-03-01'); String(on) < '2027-06-01'; on = on.add({ days: 1 })) await look(tx, String(on));
    assert.deepEqual(brief(await notices(tx, customerId)), ['2027-06-01 40 3490 1', '2027-06-01 15 3490 1']);
  });
});

test('what will not renew is not announced', async () => {
  await inVain(db, async (tx) => {
    const priceless = await plan(tx, 'priceless', { validFrom: '2028-01-01' });
    const { customerId } = await owner(tx, { mode: 'none' }, { plan: priceless });
    const ending = await owner(tx, {});
    const { platformId, name } = ending;
    const termination = { customerId: ending.customerId, platformId, name, reason: '', dryRun: false };
    await terminatePlatform(tx, actOn('2027-03-01'), termination);
    for (const on of ['2027-03-05', '2027-03-10', '2027-03-19']) await look(tx, on);
    assert.deepEqual(await notices(tx, customerId), []);
    assert.deepEqual(await notices(tx, ending.customerId), []);
  });
});

test('when both notices are owed at once only the nearer one is written', async () => {
  await inVain(db, async (tx) => {
    const { customerId } = await owner(tx, { mode: 'yearly', anchorOn: '2026-03-10', expiresOn: '2027-03-10' });
    await look(tx, '2027-03-01');
    assert.deepEqual(brief(await notices(tx, customerId)), ['2027-03-10 15 2990 1']);
  });
});

test('a change of mode is announced as it will be invoiced', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await owner(tx, {});
    await changeModes(tx, actOn('2027-03-01'), { customerId, mailboxIds, wanted: 'yearly', dryRun: false });
    await look(tx, '2027-03-05');
    assert.deepEqual(brief(await notices(tx, customerId)).at(-1), '2027-03-20 15 2990 1');
  });
});

test('who was looked at today is not even read again, unless what was off renews again', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await owner(tx, { mode: 'none' });
    const act = actOn('2027-03-15');
    assert.equal(await look(tx, '2027-03-15'), 0);
    assert.deepEqual(await announcements.plan(tx, act), []);
    await changeModes(tx, act, { customerId, mailboxIds, wanted: 'monthly', dryRun: false });
    const fact = { customerId, eventId: 1n, type: 'mailboxes.modes_changed', data: {}, ...act } as const;
    await lookAgainAfter(tx, act, [fact]);
    assert.equal(await look(tx, '2027-03-15'), 1);
    assert.deepEqual(brief(await notices(tx, customerId)), ['2027-03-20 15 299 1']);
  });
});

const looks = fc.uniqueArray(fc.integer({ min: 0, max: 140 }), { minLength: 1, maxLength: 60 });
const mailboxes = fc.array(
  fc.record({
    mode: fc.constantFrom('monthly' as const, 'yearly' as const),
    expiresIn: fc.integer({ min: 1, max: 90 }),
  }),
  { minLength: 1, maxLength: 4 },
);

test('whatever days are missed, each renewal still to come is announced once at each distance, and never twice', async () => {
  const start = day('2027-03-01');
  await fc.assert(
    fc.asyncProperty(looks, mailboxes, async (offsets, drawn) => {
      await inVain(db, async (tx) => {
        const drafts = drawn.map(({ mode, expiresIn }) => {
          const expiresOn = start.add({ days: expiresIn });
          return { mode, expiresOn, anchorOn: expiresOn.subtract({ years: 1 }) };
        });
        const { customerId } = await owner(tx, ...drafts);
        const days = offsets.toSorted((a, b) => a - b).map((offset) => start.add({ days: offset }));
        for (const on of days) {
          while ((await renewals.run(tx, actOn(on), [customerId])) > 0);
          await look(tx, String(on));
        }
        const { rows: expiries } = await sql<{ mailbox: string; mode: string; on: string }>`
          select mailbox_id::text as mailbox, mode, ends_on::text as on from terms where customer_id = ${customerId}`.execute(
          tx,
        );
        const told = (await notices(tx, customerId)).flatMap(({ expires_on, days: distance, mailboxes: lines }) =>
          lines.map((line) => `${line.mailbox_id} ${expires_on} ${distance}`),
        );
        const expected = expiries.flatMap(({ mailbox, mode, on }) => {
          const seen = (range: [number, number]) => days.some((look) => within(look, on, range));
          const near = seen([1, 15]) ? [`${mailbox} ${on} 15`] : [];
          return mode === 'yearly' && seen([16, 40]) ? [...near, `${mailbox} ${on} 40`] : near;
        });
        assert.deepEqual(told.toSorted(), expected.toSorted());
      });
    }),
    { numRuns: 15 },
  );
});

function within(
  look: { until(other: string): { days: number } },
  expiresOn: string,
  [least, most]: [number, number],
): boolean {
  const { days } = look.until(expiresOn);
  return days >= least && days <= most;
}
