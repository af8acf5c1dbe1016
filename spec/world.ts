import assert from 'node:assert/strict';
import { Temporal } from 'temporal-polyfill';
import type { SandboxOperation } from '#adapters/payments/sandbox.ts';
import type { SandboxFault } from '#adapters/payments/sandbox-cards.ts';
import type { EventType } from '#domain/events/types.ts';
import { morningOf } from '#kit/clock.ts';
import { day, zone } from '#spec/build.ts';
import { type DayReport, runDay } from '#worker/run.ts';
import { verifyAll } from '#worker/verify.ts';
import { openReader } from './_news.ts';
import { noNotebook } from './_notebook.ts';
import { operatorOf } from './_operator.ts';
import { createPerson, type Person, type PersonDraft } from './_person.ts';
import { type Detail, newsTeller } from './_tell-news.ts';
import { momentAt, type Owner, openCore, type WorldStart } from './_world-core.ts';

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
  const warnings: string[] = [];
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
  const checkBooks = async () => {
    const findings = await verifyAll(db, core.moment());
    assert.deepEqual(
      findings.filter((finding) => finding.violations > 0n),
      [],
    );
    assert.deepEqual(
      core.told.splice(0).map((told) => told.message),
      warnings.splice(0),
    );
  };
  const check = async (expected: Expected) => {
    compareFacts(unnamed.splice(0), expected);
    await checkBooks();
  };
  return {
    ...{ db, core, engine, clock, work, look, checkBooks },
    /** Lives through every day until this one, at nine o'clock. */
    day: async (on: string, expected: Expected = []) => {
      await work();
      for (let next = core.moment().on.add({ days: 1 }); Temporal.PlainDate.compare(next, day(on)) <= 0; ) {
        core.setMoment(morningOf(next, zone));
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
    /** It is this morning, and nothing has run, neither in between nor yet. */
    setClock: (on: string) => core.setMoment(morningOf(day(on), zone)),
    /** The machine is off until this morning. */
    outageUntil: (on: string) => {
      core.setMoment(morningOf(day(on), zone));
      notebook.write(on, '*The machine was off until this morning.*');
    },
    /** The worker wakes on this morning, when something is due again; only what is invoiced is looked at. */
    leapTo: async (on: string) => {
      core.setMoment(morningOf(day(on), zone));
      await work();
      unnamed.length = 0;
    },
    customer: (name: string, draft: PersonDraft = {}): Promise<Person> => createPerson(core, name, draft),
    operator: operatorOf(core),
    /** What operators are warned of before the next look. */
    expectWarnings: (...messages: string[]) => warnings.push(...messages),
    /** The provider's answers get lost: before it did what was asked, or after. */
    breakWire: (faults: { [operation in SandboxOperation]?: SandboxFault }) => {
      const broken = Object.keys(faults).length > 0;
      notebook.write(core.moment().on, `*The provider’s answers ${broken ? 'get lost' : 'arrive again'}.*`);
      core.wire.fault = (operation) => faults[operation];
    },
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
