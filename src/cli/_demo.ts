import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { logins } from '#cli/_demo-people.ts';
import { type Scene, story } from '#cli/_demo-story.ts';
import type { OpenEngine } from '#cli/_engine.ts';
import type { Context } from '#cli/context.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import { setClock } from '#kit/clock.ts';
import { type Db, type Tx, transaction } from '#kit/db.ts';
import { hasWorked, placeClock } from '#worker/move-clock.ts';
import { runDay } from '#worker/run.ts';

/**
 * Loads the demo company into an empty sandbox: begins a month ago and lives through every day since, by the acts of
 * people and the business day. Interrupted, it goes on at the next start where it stopped. Returns what to tell whoever
 * starts Rinnovo: the logins; nothing where there is no demo company.
 */
export async function loadDemo(context: Context, open: OpenEngine): Promise<string[]> {
  const { db } = open.engine;
  const told = await readProgress(db);
  if (told.length === 0 && (await isInUse(db))) return [];
  if (!told.some(({ step }) => step === finished)) {
    await open.refreshClock();
    const today = told[0] ? Temporal.PlainDate.from(told[0].today) : open.clock().on;
    const done = new Set(told.map(({ step }) => step));
    await live({ context, open, today }, done);
  }
  return logins(context.settings.secret);
}

const finished = 'finished';

type Progress = { step: string; today: string };

async function readProgress(db: Db | Tx): Promise<Progress[]> {
  const { rows } = await sql<Progress>`
    select data->>'step' as step, data->>'today' as today from seller_events where type = 'demo.lived' order by event_id`.execute(
    db,
  );
  return rows;
}

async function isInUse(db: Db): Promise<boolean> {
  const { rows } = await sql<{ used: boolean }>`
    select exists (select from customers) or exists (select from plans) as used`.execute(db);
  return rows[0]?.used === true || hasWorked(db);
}

async function live(scene: Scene, done: ReadonlySet<string>): Promise<void> {
  const { context, open, today } = scene;
  const firstDay = today.add({ days: Math.min(...story.map((step) => step.on)) });
  // Where it was interrupted, the clock stands; steps of that day that were taken are not taken again.
  const from = done.size === 0 ? firstDay : open.clock().on;
  for (let day = from; Temporal.PlainDate.compare(day, today) < 0; day = day.add({ days: 1 })) {
    if (context.stopping.aborted) return;
    await placeClock(open, day);
    const steps = story.filter((step) => today.add({ days: step.on }).equals(day) && !done.has(step.name));
    for (const step of steps) await take(scene, step);
    await runDay(open.engine, open.clock, { waitForOthers: true });
  }
  await setClock(open.engine.db, null);
  await open.refreshClock();
  await transaction(open.engine.db, (tx) => mark(scene, tx, finished));
}

/** A step inside the database is taken together with the note that it was; one outside finds out itself what is left to do. */
async function take(scene: Scene, step: (typeof story)[number]): Promise<void> {
  const act = { actor: 'system', ...scene.open.clock() };
  if (step.outside) await step.outside(scene, act);
  await transaction(scene.open.engine.db, async (tx) => {
    // A first start that was killed may still be at it.
    await sql`lock table sellers in share row exclusive mode`.execute(tx);
    if ((await readProgress(tx)).some((told) => told.step === step.name)) return;
    if (step.inside) await step.inside(scene, { tx, act });
    await mark(scene, tx, step.name);
  });
}

function mark({ open, today }: Scene, tx: Tx, step: string): Promise<void> {
  return recordSellerEvent(tx, { actor: 'system', ...open.clock() }, { type: 'demo.lived', data: { step, today } });
}
