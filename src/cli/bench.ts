import { availableParallelism } from 'node:os';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { renewBare } from '#cli/_bench-bare.ts';
import { type BenchServer, withScratchDatabase } from '#cli/_bench-database.ts';
import { measureMoney } from '#cli/_bench-money.ts';
import { countOf } from '#cli/_choices.ts';
import type { Command } from '#cli/_main.ts';
import { type BenchSize, loadBenchData } from '#cli/bench-data.ts';
import { renewals } from '#domain/renewals/renew.ts';
import { standing } from '#kit/clock.ts';
import type { Db } from '#kit/db.ts';
import { takeStages } from '#kit/stages.ts';
import { runProcess } from '#worker/run-process.ts';

/** Measures a renewal day against bare SQL that writes the same rows, both on databases made for it and dropped again. */
export const command: Command = {
  summary: 'Measures a day on which N mailboxes expire, against bare set-based SQL.',
  usage: ['bench --mailboxes N [--workers W] [--json]'],
  options: {
    mailboxes: { value: 'N', required: true, describe: 'how many mailboxes expire, ten per customer' },
    workers: { value: 'W', describe: 'connections, for both sides; 2 when left out' },
    json: { describe: 'the figures as one JSON object' },
  },
  async run(context, args) {
    const mailboxes = countOf('--mailboxes', args.text('mailboxes'), 10_000_000);
    const connections = countOf('--workers', args.text('workers') ?? '2', 32);
    const { ownerUrl } = await context.database();
    const server = { ownerUrl, secret: context.settings.secret, connections };
    const small = mailboxes > smallSize * 2 ? await measureRenewal(server, sizeOf(smallSize)) : null;
    const engine = await measureRenewal(server, sizeOf(mailboxes));
    const memoryMb = Math.round(process.resourceUsage().maxRSS / 1024);
    const bare = await measureBare(server, sizeOf(mailboxes));
    const money = await withScratchDatabase(server, ({ system }) =>
      measureMoney(system, { customers: Math.min(moneyCustomers, mailboxes), dueOn, connections }),
    );
    const figures = { ...summary({ mailboxes, connections, engine, bare, small, memoryMb }), ...money };
    process.stdout.write(args.has('json') ? `${JSON.stringify(figures)}\n` : describe(figures));
  },
};

const smallSize = 10_000;
const moneyCustomers = 5_000;
const dueOn = Temporal.PlainDate.from('2027-02-01');

function sizeOf(mailboxes: number): BenchSize {
  return { customers: Math.ceil(mailboxes / 10), mailboxesEach: Math.min(10, mailboxes), dueOn };
}

type Measured = {
  seconds: number;
  loadSeconds: number;
  terms: number;
  invoices: number;
  stages?: Record<string, number>;
};

function measureRenewal(server: BenchServer, size: BenchSize): Promise<Measured> {
  return withScratchDatabase(server, async ({ system }, analyze) => {
    const loadSeconds = await seconds(() => loadBenchData(system, size));
    await analyze();
    const clock = standing({
      at: dueOn.toZonedDateTime({ timeZone: 'Europe/Rome', plainTime: '09:00' }).toInstant(),
      on: dueOn,
    });
    const engine = {
      db: system,
      workers: server.connections,
      reactions: new Map(),
      effects: [],
      tell: rethrow,
    };
    takeStages();
    const taken = await seconds(() => runProcess(engine, renewals, { clock, on: dueOn }));
    return { seconds: taken, loadSeconds, stages: takeStages(), ...(await written(system)) };
  });
}

function measureBare(server: BenchServer, size: BenchSize): Promise<Measured> {
  return withScratchDatabase(server, async ({ system }, analyze) => {
    const loadSeconds = await seconds(() => loadBenchData(system, size));
    await analyze();
    const taken = await seconds(() => renewBare(system, { dueOn, connections: server.connections }));
    return { seconds: taken, loadSeconds, ...(await written(system)) };
  });
}

async function written(db: Db): Promise<{ terms: number; invoices: number }> {
  const { rows } = await sql<{ terms: number; invoices: number }>`
    select (select count(*)::int from terms where invoice_id is not null) as terms,
           (select count(*)::int from invoices) as invoices`.execute(db);
  return rows[0] ?? { terms: 0, invoices: 0 };
}

type Runs = {
  mailboxes: number;
  connections: number;
  engine: Measured;
  bare: Measured;
  small: Measured | null;
  memoryMb: number;
};

function summary({ mailboxes, connections, engine, bare, small, memoryMb }: Runs) {
  if (engine.terms !== bare.terms || engine.invoices !== bare.invoices)
    throw new Error('both sides must write the same rows');
  const perMailbox = engine.seconds / engine.terms;
  return {
    mailboxes,
    renewed: engine.terms,
    invoices: engine.invoices,
    connections,
    cores: availableParallelism(),
    renewal_seconds: round(engine.seconds),
    mailboxes_per_second: Math.round(engine.terms / engine.seconds),
    invoices_per_second: Math.round(engine.invoices / engine.seconds),
    bare_sql_seconds: round(bare.seconds),
    bare_sql_mailboxes_per_second: Math.round(bare.terms / bare.seconds),
    speed_of_bare_sql: round(bare.seconds / engine.seconds),
    cost_against_10000: small ? round(perMailbox / (small.seconds / small.terms)) : null,
    peak_memory_mb: memoryMb,
    load_seconds: round(engine.loadSeconds),
    ...stageSeconds(engine, connections),
  };
}

// What each stage of a batch took, over all connections together; the rest is deciding, beginning and committing.
function stageSeconds({ stages = {}, seconds: whole }: Measured, connections: number): Record<string, number> {
  const named = Object.entries(stages).map(([name, ms]) => [`stage_${name}_seconds`, round(ms / 1000)] as const);
  const rest = whole * connections - Object.values(stages).reduce((sum, ms) => sum + ms / 1000, 0);
  return { ...Object.fromEntries(named), stage_rest_seconds: round(rest) };
}

function describe(figures: Record<string, number | null>): string {
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  return Object.entries(figures)
    .map(([name, value]) => `${name.replaceAll('_', ' ').padEnd(width)}  ${value ?? 'not measured'}\n`)
    .join('');
}

function rethrow(message: string, details: object): void {
  throw new Error(message, { cause: details });
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
