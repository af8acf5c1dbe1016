import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { confirmRun } from '#domain/renewals/confirm.ts';
import { change, read } from '#http/act.ts';
import type { App } from '#http/context.ts';
import {
  Amount,
  Day,
  Id,
  IdParams,
  Instant,
  Maybe,
  Page,
  PageQuery,
  Reason,
  readCursor,
  Strict,
  toPage,
  Word,
} from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const Run = Type.Object({
  run_id: Id,
  business_on: Day,
  state: Word('running', 'held', 'done', 'superseded'),
  reason: Maybe(Type.String()),
  reach_days: Type.Integer(),
  mailboxes: Type.Integer(),
  amount: Maybe(Amount),
  confirmed_by: Maybe(Type.String()),
  confirmation: Maybe(Type.String()),
  started_at: Instant,
  finished_at: Maybe(Instant),
});
/** Business days, and the word that lets a held one go on (R16). */
export function runRoutes(app: App): void {
  getRuns(app);
  putRunsIdConfirmation(app);
}

function getRuns(app: App): void {
  app.get(
    '/v1/runs',
    {
      config: { access: { operator: 'runs:read' } },
      schema: { summary: 'Business days, newest first', querystring: Strict(PageQuery), response: { 200: Page(Run) } },
    },
    (request) => read(request, (tx) => listRuns(tx, request.query)),
  );
}

function putRunsIdConfirmation(app: App): void {
  app.put(
    '/v1/runs/:id/confirmation',
    {
      config: { access: { operator: 'runs:write' } },
      schema: {
        summary: 'Let a held run go on',
        params: IdParams,
        body: Strict({ reason: Reason }),
        response: { 200: Type.Object({ business_on: Day }) },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => ({
        business_on: await confirmRun(tx, act, { runId: BigInt(request.params.id), reason: request.body.reason }),
      })),
  );
}

type RunLine = {
  run_id: bigint;
  business_on: Temporal.PlainDate;
  state: 'running' | 'held' | 'done' | 'superseded';
  reason: string | null;
  reach_days: number;
  mailboxes: bigint;
  amount: bigint | null;
  confirmed_by: string | null;
  confirmation: string | null;
  started_at: Temporal.Instant;
  finished_at: Temporal.Instant | null;
};

async function listRuns(tx: Tx, { cursor, limit }: { cursor?: string; limit: number }) {
  const before = readCursor(cursor, ['day'])?.[0] ?? null;
  const { rows } = await sql<RunLine>`
    select run_id, business_on, state, reason, reach_days, mailboxes, amount, confirmed_by, confirmation, started_at, finished_at
      from runs where (${before}::date is null or business_on < ${before}::date)
     order by business_on desc limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, (row) => [String(row.business_on)]);
}
