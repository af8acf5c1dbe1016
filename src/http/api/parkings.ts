import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { release } from '#domain/platforms/park.ts';
import { change, read } from '#http/act.ts';
import type { App } from '#http/context.ts';
import { refuseRequest } from '#http/problems.ts';
import {
  DryRun,
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
} from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const Parking = Type.Object({
  parking_id: Id,
  customer: Type.String(),
  mailbox_id: Maybe(Id),
  mailbox: Maybe(Type.String()),
  process: Type.String(),
  reason: Type.String(),
  parked_at: Instant,
  released_at: Maybe(Instant),
  released_by: Maybe(Type.String()),
  release_note: Maybe(Type.String()),
});
/** What the business day set aside, and its release by hand (R16, R37). */
export function parkingRoutes(app: App): void {
  getParkings(app);
  putParkingsIdRelease(app);
}

function getParkings(app: App): void {
  app.get(
    '/v1/parkings',
    {
      config: { access: { operator: 'customers:read' } },
      schema: {
        summary: 'What was set aside, newest first',
        querystring: Strict({ ...PageQuery, open: Type.Boolean({ default: true }) }),
        response: { 200: Page(Parking) },
      },
    },
    (request) => read(request, (tx) => listParkings(tx, request.query)),
  );
}

function putParkingsIdRelease(app: App): void {
  app.put(
    '/v1/parkings/:id/release',
    {
      config: { access: { operator: 'parkings:write' } },
      schema: {
        summary: 'Release what was set aside, with all that was for the same reason at the same time',
        params: IdParams,
        body: Strict({ reason: Reason, dry_run: DryRun }),
        response: { 200: Type.Object({ released: Type.Boolean() }) },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const parkingId = BigInt(request.params.id);
        const { rows } = await sql<{ customerId: bigint }>`
          select customer_id as "customerId" from parkings where parking_id = ${parkingId}`.execute(tx);
        if (!rows[0]) throw refuseRequest('not_found');
        return { released: await release(tx, act, { ...rows[0], parkingId, note: request.body.reason }) };
      }),
  );
}

type ParkingLine = {
  parking_id: bigint;
  customer: string;
  mailbox_id: bigint | null;
  mailbox: string | null;
  process: string;
  reason: string;
  parked_at: Temporal.Instant;
  released_at: Temporal.Instant | null;
  released_by: string | null;
  release_note: string | null;
};

async function listParkings(tx: Tx, { cursor, limit, open }: { cursor?: string; limit: number; open: boolean }) {
  const before = readCursor(cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<ParkingLine>`
    select k.parking_id, c.code as customer, k.mailbox_id, m.address as mailbox, k.process, k.reason, k.parked_at,
           k.released_at, k.released_by, k.release_note
      from parkings k
      join customers c on c.customer_id = k.customer_id
      left join mailboxes m on m.customer_id = k.customer_id and m.mailbox_id = k.mailbox_id
     where (${before}::bigint is null or k.parking_id < ${before}::bigint) and (not ${open} or k.released_at is null)
     order by k.parking_id desc limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, (row) => [row.parking_id]);
}
