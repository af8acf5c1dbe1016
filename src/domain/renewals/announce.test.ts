import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { changePlan } from '#domain/catalog/change-plan.ts';
import { changePolicy } from '#domain/customers/change-policy.ts';
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

function align(tx: Tx, alignment: 'none' | 'first_of_month'): Promise<unknown> {
  return changePlan(tx, actOn('2027-03-01'), { code: 'basic', change: { alignment, reason: 'a test' } });
}

/** A change of modes, and what follows from it. */
async function change(tx: Tx, on: string, { customerId, mailboxIds, wanted }: Wish): Promise<void> {
  const act = actOn(on);
  await changeModes(tx, act, { customerId, mailboxIds, wanted, dryRun: false });
  const fact = { customerId, eventId: 1n, type: 'mailboxes.modes_changed', data: {}, ...act } as const;
  await lookAgainAfter(tx, act, [fact]);
}

type Wish = { customerId: bigint; mailboxIds: readonly bigint[]; wanted: 'monthly' | 'yearly' | 'none' | 'previous' };

test('who was looked at today is not even read again, unless what was off renews again', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await owner(tx, { mode: 'none' });
    assert.equal(await look(tx, '2027-03-15'), 0);
    assert.deepEqual(await announcements.plan(tx, actOn('2027-03-15')), []);
    await change(tx, '2027-03-15', { customerId, mailboxIds, wanted: 'monthly' });
    assert.equal(await look(tx, '2027-03-15'), 1);
    assert.deepEqual(brief(await notices(tx, customerId)), ['2027-03-20 15 299 1']);
  });
});

test('a mailbox that comes to a day already told is told on that very day, with all that renews with it', async () => {
  await inVain(db, async (tx) => {
    await align(tx, 'first_of_month');
    const { customerId } = await owner(tx, {}, { anchorOn: '2027-03-01', expiresOn: '2027-04-01' });
    for (const on of ['2027-03-10', '2027-03-17']) await look(tx, on);
    assert.deepEqual(brief(await notices(tx, customerId)), ['2027-03-20 15 116 1', '2027-04-01 15 349 1']);
    await renewals.run(tx, actOn('2027-03-20'), [customerId]);
    assert.equal(await look(tx, '2027-03-20'), 1);
    for (const on of ['2027-03-21', '2027-03-31']) assert.equal(await look(tx, on), 0, 'once');
    assert.equal(brief(await notices(tx, customerId)).at(-1), '2027-04-01 15 698 2');
  });
});

test('a none taken back is told, though another mailbox of that day or of a later one was told before', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await owner(tx, {}, { mode: 'none' }, { expiresOn: '2027-03-22' });
    await look(tx, '2027-03-10');
    await change(tx, '2027-03-10', { customerId, mailboxIds: mailboxIds.slice(1, 2), wanted: 'monthly' });
    await look(tx, '2027-03-10');
    const told = ['2027-03-20 15 299 1', '2027-03-22 15 299 1', '2027-03-20 15 598 2'];
    assert.deepEqual(brief(await notices(tx, customerId)), told);
    for (const wanted of ['none', 'previous'] as const)
      await change(tx, '2027-03-11', { customerId, mailboxIds, wanted });
    assert.equal(await look(tx, '2027-03-11'), 0, 'what was told of this expiry is not told again');
  });
});

test('notices wanted earlier reach those who were not told yet; wanted later they are not repeated', async () => {
  await inVain(db, async (tx) => {
    const { customerId } = await owner(tx, {}, { expiresOn: '2027-03-28' });
    const wanted = (notice_days: number) =>
      changePolicy(tx, actOn('2027-03-01'), { patch: { notice_days }, reason: 'a test' });
    await look(tx, '2027-03-05');
    await wanted(30);
    await look(tx, '2027-03-06');
    await wanted(3);
    for (const on of ['2027-03-17', '2027-03-19', '2027-03-27']) assert.equal(await look(tx, on), 0);
    assert.deepEqual(brief(await notices(tx, customerId)), ['2027-03-20 15 299 1', '2027-03-28 30 299 1']);
  });
});

const start = day('2027-03-01');
const looks = fc.uniqueArray(fc.integer({ min: 0, max: 140 }), { minLength: 1, maxLength: 60 });
const mailboxes = fc.array(
  fc
    .record({
      mode: fc.constantFrom('monthly' as const, 'yearly' as const),
      expiresOn: fc.integer({ min: 1, max: 90 }).map((days) => start.add({ days })),
    })
    .map((draft) => ({ ...draft, anchorOn: draft.expiresOn.subtract({ years: 1 }) })),
  { minLength: 1, maxLength: 4 },
);

test('whatever days are missed, each renewal still to come is announced at each distance, and nothing that is not new', async () => {
  await fc.assert(
    fc.asyncProperty(looks, mailboxes, async (offsets, drafts) => {
      await inVain(db, async (tx) => {
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
        const told = newlyTold(await notices(tx, customerId));
        const expected = expiries.flatMap(({ mailbox, mode, on }) => {
          const seen = (range: [number, number]) => days.some((look) => within(look, on, range));
          const near = seen([1, 15]) ? [`${mailbox} ${on} 15`] : [];
          return mode === 'yearly' && seen([16, 40]) ? [...near, `${mailbox} ${on} 40`] : near;
        });
        assert.deepEqual(
          expected.filter((line) => !told.has(line)),
          [],
        );
        const modes = new Map(expiries.map(({ mailbox, mode }) => [mailbox, mode]));
        // Beside a yearly one those of the same day are named as well, so that the sum is right.
        const beside = [...told].filter((line) => !expected.includes(line));
        for (const line of beside) assert.match(`${line} ${modes.get(line.split(' ')[0] ?? '')}`, / 40 monthly$/);
      });
    }),
    { numRuns: 15 },
  );
});

/** Each mailbox, day and distance that was told; every notice must have told one that none before it had. */
function newlyTold(all: readonly Notice[]): Set<string> {
  const told = new Set<string>();
  for (const { expires_on, days: distance, mailboxes: lines } of all) {
    const before = told.size;
    for (const line of lines) told.add(`${line.mailbox_id} ${expires_on} ${distance}`);
    assert.ok(told.size > before, `nothing new was told of ${expires_on}`);
  }
  return told;
}

const wishes = fc.array(
  fc.record({
    on: fc.integer({ min: 0, max: 80 }).map((days) => start.add({ days })),
    mailbox: fc.nat({ max: 3 }),
    wanted: fc.constantFrom('monthly' as const, 'yearly' as const, 'none' as const, 'previous' as const),
  }),
  { maxLength: 5 },
);

const settings = fc.record({
  alignment: fc.constantFrom('none' as const, 'first_of_month' as const),
  // More than a month: a mailbox that renewed is in view again at once.
  notice_days: fc.constantFrom(15, 45),
});

test('however modes change and terms are aligned, what an invoice bears was told, and its sum unless changed since', async () => {
  await fc.assert(
    fc.asyncProperty(wishes, mailboxes, settings, async (drawn, drafts, { alignment, notice_days }) => {
      await inVain(db, async (tx) => {
        await align(tx, alignment);
        await changePolicy(tx, actOn(start), { patch: { notice_days }, reason: 'a test' });
        const { customerId, mailboxIds } = await owner(tx, ...drafts);
        for (let on = start; String(on) < '2027-06-01'; on = on.add({ days: 1 })) {
          while ((await renewals.run(tx, actOn(on), [customerId])) > 0);
          await look(tx, String(on));
          for (const { mailbox, wanted } of drawn.filter((wish) => wish.on.equals(on)))
            await change(tx, String(on), { customerId, mailboxIds: mailboxIds.slice(mailbox, mailbox + 1), wanted });
          await look(tx, String(on));
        }
        const all = await notices(tx, customerId);
        const told = newlyTold(all);
        const { rows: invoiced } = await sql<{ mailbox: string; on: string; net: bigint }>`
          select mailbox_id::text as mailbox, starts_on::text as on, net from terms
           where customer_id = ${customerId} and invoice_id is not null`.execute(tx);
        for (const [on, lines] of Map.groupBy(invoiced, (line) => line.on)) {
          for (const { mailbox } of lines) assert.ok(told.has(`${mailbox} ${on} ${notice_days}`), `${mailbox} ${on}`);
          if (drawn.some((wish) => within(wish.on, on, [0, notice_days]))) continue;
          const last = all.findLast((notice) => notice.expires_on === on);
          assert.equal(last?.net, Number(lines.reduce((sum, line) => sum + line.net, 0n)));
        }
      });
    }),
    { numRuns: 10 },
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
