import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { changePlan } from '#domain/catalog/change-plan.ts';
import type { Catalog } from '#domain/catalog/list.ts';
import { priceBook } from '#domain/catalog/price-on.ts';
import { changeModes } from '#domain/platforms/change-modes.ts';
import { type DueMailbox, firstDue } from '#domain/platforms/due.ts';
import type { TermMode } from '#domain/platforms/types.ts';
import { decideRenewal } from '#domain/renewals/decide.ts';
import { renewDue } from '#domain/renewals/renew.ts';
import { today } from '#kit/dates.ts';
import { transaction } from '#kit/db.ts';
import { actOn, customer, day, instant, plan, platformWithMailboxes, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { assertUpright } from '#spec/read.ts';

/** The calendar over eight years (R13, P15): what a customer sees, from the import to the last of a hundred invoices. */

test('anchored on 31 January and 29 February, monthly and yearly, eight years of renewals end where they should', async (t) => {
  const { system: db } = await freshDatabase(t);
  const { customerId, mailboxIds } = await transaction(db, async (tx) => {
    await seller(tx);
    const basic = await plan(tx, 'basic');
    const customerId = await customer(tx);
    const { mailboxIds } = await platformWithMailboxes(tx, customerId, [
      { plan: basic, anchorOn: '2024-01-31', expiresOn: '2024-02-29' },
      { plan: basic, anchorOn: '2024-02-29', expiresOn: '2025-02-28', mode: 'yearly' },
      { plan: basic, anchorOn: '2024-02-29', expiresOn: '2024-03-29' },
    ]);
    return { customerId, mailboxIds };
  });
  for (let due = await firstDue(db, day('2032-02-29')); due; due = await firstDue(db, day('2032-02-29'))) {
    const dueBy = due;
    await transaction(db, (tx) => renewDue(tx, actOn(dueBy), { customerIds: [customerId], dueBy }));
  }
  const ends = await Promise.all(mailboxIds.map((id) => endsOf(id)));
  const [monthly31, yearly29, monthly29] = ends;
  assert.deepEqual(monthly31, anchored('2024-01-31', 'monthly', 98));
  assert.deepEqual(monthly29, anchored('2024-02-29', 'monthly', 97));
  assert.deepEqual(
    yearly29,
    [2026, 2027, 2028, 2029, 2030, 2031, 2032, 2033].map((year) => `${year}-02-${year % 4 ? 28 : 29}`),
  );
  assert.deepEqual(monthly31?.slice(0, 4), ['2024-03-31', '2024-04-30', '2024-05-31', '2024-06-30']);
  await assertUpright(db, '2032-02-29');

  async function endsOf(mailboxId: bigint): Promise<string[]> {
    const { rows } = await sql<{ end: string }>`
      select ends_on::text as end from terms where mailbox_id = ${mailboxId} and invoice_id is not null order by 1`.execute(
      db,
    );
    return rows.map((row) => row.end);
  }
});

test('a change of mode on the way keeps the day of the anchor', async (t) => {
  const { system: db } = await freshDatabase(t);
  await transaction(db, async (tx) => {
    await seller(tx);
    const basic = await plan(tx, 'basic');
    const customerId = await customer(tx);
    const drafts = [{ plan: basic, anchorOn: '2027-01-31', expiresOn: '2027-02-28' }];
    const { mailboxIds } = await platformWithMailboxes(tx, customerId, drafts);
    const change = (on: string, wanted: TermMode) =>
      changeModes(tx, actOn(on), { customerId, mailboxIds, wanted, dryRun: false });
    const run = (on: string) => renewDue(tx, actOn(on), { customerIds: [customerId], dueBy: day(on) });
    await change('2027-02-10', 'yearly');
    await run('2027-02-28');
    await change('2027-06-10', 'monthly');
    await run('2028-02-29');
    await run('2028-03-31');
    const { rows } = await sql<{ end: string }>`select ends_on::text as end from terms order by 1`.execute(tx);
    assert.deepEqual(
      rows.map(({ end }) => end),
      ['2027-02-28', '2028-02-29', '2028-03-31', '2028-04-30'],
    );
  });
});

test('a plan taken off the 1st again gives nobody days for nothing: what the 1st brought there stays on it', async (t) => {
  const { system: db } = await freshDatabase(t);
  await transaction(db, async (tx) => {
    await seller(tx);
    const aligned = await plan(tx, 'aligned', { alignment: 'first_of_month' });
    const customerId = await customer(tx);
    const drafts = [
      { plan: aligned, anchorOn: '2027-01-31', expiresOn: '2027-02-28' },
      { plan: aligned, anchorOn: '2026-03-31', expiresOn: '2027-03-31', mode: 'yearly' as const },
    ];
    await platformWithMailboxes(tx, customerId, drafts);
    const run = (on: string) => renewDue(tx, actOn(on), { customerIds: [customerId], dueBy: day(on) });
    await run('2027-02-28');
    await run('2027-03-01');
    await changePlan(tx, actOn('2027-03-10'), { code: 'aligned', change: { alignment: 'none', reason: 'a test' } });
    await run('2027-03-31');
    await run('2027-04-01');
    const { rows } = await sql<{ term: string }>`
      select starts_on || ' ' || ends_on as term from terms where invoice_id is not null order by starts_on`.execute(
      tx,
    );
    assert.deepEqual(
      rows.map(({ term }) => term),
      ['2027-02-28 2027-03-01', '2027-03-01 2027-04-01', '2027-03-31 2028-03-31', '2027-04-01 2027-05-01'],
    );
  });
  await assertUpright(db, '2027-04-01');
});

test('from every day of a leap year and of the year after it, eight years of terms are the anchor and so many months', () => {
  for (let anchor = day('2024-01-01'); anchor.year < 2026; anchor = anchor.add({ days: 1 })) {
    for (const mode of ['monthly', 'yearly'] as const) {
      const terms = mode === 'monthly' ? 96 : 8;
      assert.deepEqual(decided(anchor, mode, terms), anchored(String(anchor), mode, terms + 1), `${anchor} ${mode}`);
    }
  }
});

test('a business day is a day on the seller’s wall: each comes once, in order, whatever the clocks do', () => {
  for (const zone of ['Europe/Rome', 'America/Santiago', 'Africa/Cairo', 'Australia/Lord_Howe', 'Asia/Beirut']) {
    let seen = today(instant('2027-01-01T12:00:00Z'), zone);
    const hours = 24 * 366;
    for (let hour = 1; hour <= hours; hour++) {
      const now = today(instant('2027-01-01T12:00:00Z').add({ hours: hour }), zone);
      if (now.equals(seen)) continue;
      assert.equal(String(now), String(seen.add({ days: 1 })), zone);
      seen = now;
    }
  }
});

/** The ends of the terms 2 to `count` from an anchor, as the calendar says: term k ends k months or years after it. */
function anchored(anchor: string, mode: TermMode, count: number): string[] {
  const unit = mode === 'monthly' ? 'months' : 'years';
  return Array.from({ length: count - 1 }, (_, k) => String(day(anchor).add({ [unit]: k + 2 })));
}

const catalog: Catalog = {
  plans: new Map([
    [1n, { planId: 1n, code: 'a', name: 'a', alignment: 'none', productId: 1n, product: 'a', productName: 'a' }],
  ]),
  prices: priceBook([{ planId: 1n, currency: 'EUR', validFrom: day('2020-01-01'), monthly: 1n, yearly: 10n }]),
  rates: new Map(),
};

/** The same, as the renewal decides one term after the other, knowing only the last expiry and the anchor. */
function decided(anchorOn: Temporal.PlainDate, mode: TermMode, count: number): string[] {
  const expiresOn = anchorOn.add({ [mode === 'monthly' ? 'months' : 'years']: 1 });
  let mailbox = {
    planId: 1n,
    state: 'active',
    suspendedFor: null,
    mode,
    laterMode: null,
    anchorOn,
    expiresOn,
    terminated: false,
  } as DueMailbox;
  return Array.from({ length: count }, () => {
    const decision = decideRenewal(mailbox, { catalog, currency: 'EUR', today: mailbox.expiresOn });
    assert(decision.do === 'renew');
    assert(Temporal.PlainDate.compare(decision.endsOn, mailbox.expiresOn) > 0);
    mailbox = { ...mailbox, expiresOn: decision.endsOn };
    return String(decision.endsOn);
  });
}
