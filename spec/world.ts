import assert from 'node:assert/strict';
import { Temporal } from 'temporal-polyfill';
import type { EventType } from '#domain/events/types.ts';
import { confirmRun } from '#domain/renewals/confirm.ts';
import { morningOf } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { day, type PlanDraft, price } from '#spec/build.ts';
import { assertUpright } from '#spec/read.ts';
import { type DayReport, runDay } from '#worker/run.ts';
import { openReader } from './_news.ts';
import { noNotebook } from './_notebook.ts';
import { createPerson, type Person, type PersonDraft } from './_person.ts';
import { type Detail, newsTeller } from './_tell-news.ts';
import { type Core, momentAt, type Owner, openCore, type WorldStart } from './_world-core.ts';

export type { Person } from './_person.ts';

export type World = Awaited<ReturnType<typeof startWorld>>;

/** What must have happened: the facts in their order; by customer's name where there are several. */
export type Expected = readonly EventType[] | { readonly [name: string]: readonly EventType[] };

/**
 * Starts a world at nine in the morning of a day. Time moves only by `day`, `soon` and `later`; each of them lets the
 * worker do all there is to do on every day in between, and fails on any fact that is not named, and on any broken
 * promise of the books.
 */
export async function startWorld(owner: Owner, { notebook = noNotebook, detail = 'all', ...start }: Start) {
  const core = await openCore(owner, { ...start, notebook });
  const { db, engine } = core;
  const clock = () => core.moment();
  const read = openReader(db);
  const tell = newsTeller(notebook, detail);
  const unnamed: { customer: string; type: EventType }[] = [];
  const look = async () => {
    const news = await read();
    const facts = news.facts.filter((fact) => !scenery.has(fact.type));
    unnamed.push(...facts);
    tell(core.moment().on, { ...news, facts });
  };
  const work = async (): Promise<DayReport> => {
    const report = await runDay(engine, clock);
    await look();
    return report;
  };
  const check = async (expected: Expected) => {
    compareFacts(unnamed.splice(0), expected);
    await assertUpright(db, core.moment().on);
    assert.deepEqual(core.told, []);
  };
  return {
    ...{ db, core, engine, clock, work, look },
    /** Lives through every day until this one, at nine o'clock. */
    day: async (on: string, expected: Expected = []) => {
      await work();
      for (let next = core.moment().on.add({ days: 1 }); Temporal.PlainDate.compare(next, day(on)) <= 0; ) {
        core.setMoment(morningOf(next, engine.timeZone));
        await work();
        next = next.add({ days: 1 });
      }
      assert.equal(core.moment().on.toString(), on, 'time only goes forward');
      await check(expected);
    },
    /** Within the minute: the worker does what there is to do now. */
    soon: async (expected: Expected = []) => {
      await work();
      await check(expected);
    },
    /** Some time later on the same day. */
    later: async (duration: Temporal.DurationLike, expected: Expected = []) => {
      await work();
      core.setMoment(momentAt(core.moment().at.add(duration)));
      await work();
      await check(expected);
    },
    /** The machine is off until this morning: nothing runs in between, nor yet. */
    outageUntil: (on: string) => {
      core.setMoment(morningOf(day(on), engine.timeZone));
      notebook.write(on, '*The machine was off until this morning.*');
    },
    customer: (name: string, draft: PersonDraft = {}): Promise<Person> => createPerson(core, name, draft),
    /** One more price of the plan. */
    price: async (draft: PlanDraft) => {
      await transaction(db, (tx) => price(tx, 'exchange-2016', draft));
    },
    /** An operator lets go what the brake holds. */
    confirmHeldRun: (reason: string) => confirmHeldRun(core, reason),
  };
}

type Start = Omit<WorldStart, 'notebook'> & Partial<Pick<WorldStart, 'notebook'>> & { detail?: Detail };

// What was there before the story begins.
const scenery: ReadonlySet<EventType> = new Set([
  'customers.registered',
  'platforms.registered',
  'mailboxes.registered',
]);

function compareFacts(facts: readonly { customer: string; type: EventType }[], expected: Expected): void {
  if (Array.isArray(expected)) {
    assert.deepEqual(
      facts.map((fact) => fact.type),
      expected,
    );
    return;
  }
  const byName = Map.groupBy(facts, (fact) => fact.customer);
  const found = Object.fromEntries([...byName].map(([name, own]) => [name, own.map((fact) => fact.type)]));
  assert.deepEqual(found, expected);
}

async function confirmHeldRun({ db, act, moment, notebook }: Core, reason: string): Promise<void> {
  const { run_id: runId, reason: held } = await db
    .selectFrom('runs')
    .select(['run_id', 'reason'])
    .where('business_on', '=', moment().on)
    .executeTakeFirstOrThrow();
  notebook.write(moment().on, `*The brake: “${held}” An operator lets it go: “${reason}”.*`);
  await transaction(db, (tx) => confirmRun(tx, act('operator:1'), { runId, reason }));
}
