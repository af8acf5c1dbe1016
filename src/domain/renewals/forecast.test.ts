import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { changePolicy } from '#domain/customers/change-policy.ts';
import { changeModes } from '#domain/platforms/change-modes.ts';
import { firstDue } from '#domain/platforms/due.ts';
import { parkCustomer, parkMailboxes } from '#domain/platforms/park.ts';
import { suspendMailboxes } from '#domain/platforms/suspend.ts';
import { terminatePlatform } from '#domain/platforms/terminate.ts';
import { forecast, forecastDays } from '#domain/renewals/forecast.ts';
import { renewDue } from '#domain/renewals/renew.ts';
import { sumDue } from '#domain/renewals/sum-due.ts';
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

const { system: db } = await freshDatabase({ after });
const plans: bigint[] = [];
before(() =>
  transaction(db, async (tx) => {
    await seller(tx);
    plans.push(await plan(tx, 'basic'), await plan(tx, 'aligned', { alignment: 'first_of_month', monthly: 310n }));
    await price(tx, 'basic', { validFrom: '2027-07-01', monthly: 349n, yearly: 3490n });
    await price(tx, 'aligned', { validFrom: '2027-06-15', monthly: 411n, yearly: 4110n });
  }),
);

const today = '2027-03-01';
const until = '2028-03-01';

/** What is said to come, as lines that can be compared with what came. */
async function promised(
  tx: Tx,
  question: { customerId?: bigint; from?: string; until?: string } = {},
): Promise<string[]> {
  const lines: string[] = [];
  const { customerId } = question;
  const days = { from: day(question.from ?? today), until: day(question.until ?? until), today: day(today) };
  for await (const line of forecast(tx, { ...days, ...(customerId === undefined ? {} : { customerId }) })) {
    lines.push(
      `${line.dueOn} ${line.mailboxId} ${line.startsOn} ${line.endsOn} ${line.mode} ${line.net} ${line.vatRateBp}`,
    );
  }
  return lines;
}

/** What came: every day on which something is due is run, as it comes. */
async function renewed(tx: Tx, customerId: bigint): Promise<string[]> {
  const last = day(until).subtract({ days: 1 });
  for (let due = await firstDue(tx, last); due; due = await firstDue(tx, last)) {
    const on = String(due) < today ? today : String(due);
    await renewDue(tx, actOn(on), { customerIds: [customerId], dueBy: due });
  }
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', i.issued_on, t.mailbox_id, t.starts_on, t.ends_on, t.mode, t.net, i.vat_rate_bp) as line
      from invoices i join terms t using (customer_id, invoice_id) where i.customer_id = ${customerId}`.execute(tx);
  return rows.map((row) => row.line);
}

/** The forecast added up by day: how many mailboxes, and their net by rate. */
async function addedUp(tx: Tx, customerId: bigint): Promise<string[]> {
  const question = { from: day(today), until: day(until), today: day(today), customerId };
  const days = await forecastDays(tx, question);
  return days.map(({ dueOn, mailboxes, nets }) => {
    const rates = nets.map(({ rateBasisPoints, net }) => `${net} at ${rateBasisPoints}`);
    return `${dueOn} ${mailboxes}: ${rates.sort().join(', ')}`;
  });
}

/** The same of the lines as `promised` tells them. */
function sumsOf(lines: readonly string[]): string[] {
  const days = [...Map.groupBy(lines, (line) => line.slice(0, 10))].sort(([one], [other]) => (one < other ? -1 : 1));
  return days.map(([on, ofDay]) => {
    const rates = Map.groupBy(ofDay, (line) => line.split(' ')[6]);
    const told = [...rates].map(([rate, all]) => {
      const net = all.reduce((sum, line) => sum + BigInt(line.split(' ')[5] ?? ''), 0n);
      return `${net} at ${rate}`;
    });
    return `${on} ${ofDay.length}: ${told.sort().join(', ')}`;
  });
}

const world = fc.record({
  country: fc.constantFrom('IT', 'DE', 'US'),
  mailboxes: fc.array(
    fc.record({
      plan: fc.nat(1),
      mode: fc.constantFrom('monthly' as const, 'yearly' as const, 'none' as const),
      anchorDay: fc.integer({ min: 1, max: 31 }),
      // Whole months since the anchor, so that an expiry is one a chain of terms has; some are overdue.
      monthsAgo: fc.integer({ min: 1, max: 13 }),
      monthsAhead: fc.integer({ min: -2, max: 4 }),
      later: fc.constantFrom(null, 'monthly' as const, 'yearly' as const, 'none' as const),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  terminated: fc.boolean(),
});

test('the forecast of a year is exactly what the year then invoices: days, terms, amounts, VAT', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ country, mailboxes, terminated }) => {
      await inVain(db, async (tx) => {
        await changePolicy(tx, actOn('2027-01-01'), { patch: { mode_cutoff: '19th' }, reason: 'a test' });
        const customerId = await customer(tx, { country });
        const drafts = mailboxes.map((each) => draftOf(each));
        const { mailboxIds } = await platformWithMailboxes(tx, customerId, drafts);
        for (const [i, { later }] of mailboxes.entries()) {
          const change = { customerId, mailboxIds: [mailboxIds[i] as bigint], dryRun: false };
          if (later) await changeModes(tx, actOn(today), { ...change, wanted: later });
        }
        if (terminated) await addTerminated(tx, customerId);
        const lines = await promised(tx, { customerId });
        assert.deepEqual(await addedUp(tx, customerId), sumsOf(lines));
        assert.deepEqual(lines.toSorted(), (await renewed(tx, customerId)).toSorted());
      });
    }),
    { numRuns: 12 },
  );
});

type Drawn = {
  plan: number;
  mode: 'monthly' | 'yearly' | 'none';
  anchorDay: number;
  monthsAgo: number;
  monthsAhead: number;
};

function draftOf({ plan, mode, anchorDay, monthsAgo, monthsAhead }: Drawn): MailboxDraft {
  const anchorOn = day('2027-01-31').subtract({ months: monthsAgo }).with({ day: anchorDay });
  const expiresOn = anchorOn.add({ months: monthsAgo + 2 + monthsAhead });
  return {
    plan: plans[plan] ?? 0n,
    mode,
    anchorOn,
    expiresOn: expiresOn.equals(anchorOn) ? anchorOn.add({ months: 1 }) : expiresOn,
  };
}

async function addTerminated(tx: Tx, customerId: bigint): Promise<void> {
  const drafts = [{ plan: plans[0] ?? 0n, anchorOn: '2027-01-15', expiresOn: '2027-03-15' }];
  const { platformId, name } = await platformWithMailboxes(tx, customerId, drafts);
  await terminatePlatform(tx, actOn(today), { customerId, platformId, name, reason: '', dryRun: false });
}

test('mailboxes alike are counted one by one; those of another anchor go their own way', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx, {});
    const draft = { plan: plans[0] ?? 0n, expiresOn: '2027-04-30' };
    const anchors = ['2027-01-31', '2027-01-31', '2027-01-31', '2027-01-30'];
    const drafts = anchors.map((anchorOn) => ({ ...draft, anchorOn }));
    await platformWithMailboxes(tx, customerId, drafts);
    const sums = await addedUp(tx, customerId);
    assert.deepEqual(sums, sumsOf(await promised(tx, { customerId })));
    // May has a 31st: three go on there, one on the 30th.
    assert.deepEqual(
      sums.slice(0, 3).map((sum) => sum.split(':')[0]),
      ['2027-04-30 4', '2027-05-30 1', '2027-05-31 3'],
    );
  });
});

test('what is overdue will be invoiced today, and prices change with the terms that start after', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    const draft = { plan: plans[0] ?? 0n, anchorOn: '2026-12-31', expiresOn: '2027-01-31' };
    const { mailboxIds } = await platformWithMailboxes(tx, customerId, [draft]);
    const id = mailboxIds[0];
    assert.deepEqual(await promised(tx, { customerId, until: '2027-08-01' }), [
      `2027-03-01 ${id} 2027-01-31 2027-02-28 monthly 299 2200`,
      `2027-03-01 ${id} 2027-02-28 2027-03-31 monthly 299 2200`,
      `2027-03-31 ${id} 2027-03-31 2027-04-30 monthly 299 2200`,
      `2027-04-30 ${id} 2027-04-30 2027-05-31 monthly 299 2200`,
      `2027-05-31 ${id} 2027-05-31 2027-06-30 monthly 299 2200`,
      `2027-06-30 ${id} 2027-06-30 2027-07-31 monthly 299 2200`,
      `2027-07-31 ${id} 2027-07-31 2027-08-31 monthly 349 2200`,
    ]);
    assert.equal((await promised(tx, { customerId, from: '2027-04-01', until: '2027-05-01' })).length, 1);
    assert.equal(await sumDue(tx, day(today)), 598n, 'the brake’s question counts what is overdue');
  });
});

test('a mode that was changed after the cut-off is promised from the expiry after', async () => {
  await inVain(db, async (tx) => {
    await changePolicy(tx, actOn('2027-01-01'), { patch: { mode_cutoff: '19th' }, reason: 'a test' });
    const customerId = await customer(tx);
    const draft = { plan: plans[0] ?? 0n, anchorOn: '2027-02-10', expiresOn: '2027-03-10' };
    const { mailboxIds } = await platformWithMailboxes(tx, customerId, [draft]);
    const id = mailboxIds[0];
    await changeModes(tx, actOn(today), { customerId, mailboxIds, wanted: 'yearly', dryRun: false });
    assert.deepEqual(await promised(tx, { customerId }), [
      `2027-03-10 ${id} 2027-03-10 2027-04-10 monthly 299 2200`,
      `2027-04-10 ${id} 2027-04-10 2028-04-10 yearly 2990 2200`,
    ]);
    await changeModes(tx, actOn(today), { customerId, mailboxIds, wanted: 'none', dryRun: false });
    assert.equal((await promised(tx, { customerId })).length, 1);
  });
});

test('what waits for a payment or for an operator is not promised', async () => {
  await inVain(db, async (tx) => {
    const one = await customer(tx);
    const two = await customer(tx);
    const draft = { plan: plans[0] ?? 0n, anchorOn: '2027-02-15', expiresOn: '2027-03-15' };
    const { mailboxIds } = await platformWithMailboxes(tx, one, [draft, draft]);
    await platformWithMailboxes(tx, two, [draft]);
    const count = async () => (await promised(tx, { until: '2027-04-01' })).length;
    assert.equal(await count(), 3);
    const [indebted, stuck] = mailboxIds as [bigint, bigint];
    const suspension = {
      customerId: one,
      mailboxIds: [indebted],
      reason: 'debt' as const,
      deleteOn: day('2027-04-01'),
    };
    await suspendMailboxes(tx, actOn(today), [suspension]);
    assert.equal(await count(), 2);
    await parkMailboxes(tx, actOn(today), [{ customerId: one, mailboxId: stuck, process: 'renewals', reason: 'a' }]);
    assert.equal(await count(), 1);
    await parkCustomer(tx, actOn(today), { customerId: two, process: 'renewals', reason: 'a' });
    assert.equal(await count(), 0);
  });
});

test('the forecast of all customers comes by customer, then day, and is the sum of the forecasts of each', async () => {
  await inVain(db, async (tx) => {
    const ids: bigint[] = [];
    for (const code of ['beta', 'alpha']) {
      const customerId = await customer(tx, { code });
      ids.push(customerId);
      const draft = { plan: plans[0] ?? 0n, anchorOn: '2027-02-15', expiresOn: '2027-03-15' };
      await platformWithMailboxes(tx, customerId, [
        { ...draft, expiresOn: '2027-03-20', anchorOn: '2027-02-20' },
        draft,
      ]);
    }
    const [beta, alpha] = ids as [bigint, bigint];
    const each = [...(await promised(tx, { customerId: alpha })), ...(await promised(tx, { customerId: beta }))];
    assert.deepEqual(await promised(tx), each);
    assert.deepEqual(
      each.slice(0, 24).map((line) => line.slice(0, 10)),
      each
        .slice(0, 24)
        .map((line) => line.slice(0, 10))
        .sort(),
    );
  });
});
