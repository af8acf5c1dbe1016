import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { changePolicy, getPolicy, jsonOf } from '#domain/customers/change-policy.ts';
import { PolicySchema } from '#domain/customers/policy.ts';
import { changeSeller, getSeller } from '#domain/customers/sellers.ts';
import type { Seller } from '#domain/customers/types.ts';
import { change, read } from '#http/act.ts';
import type { App } from '#http/context.ts';
import {
  DryRun,
  Email,
  Id,
  Instant,
  Page,
  PageQuery,
  Reason,
  readCursor,
  Strict,
  Text,
  toPage,
} from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const fields = {
  name: Text(200),
  street: Text(200, 0),
  postal_code: Text(20, 0),
  city: Text(100, 0),
  country: Text(2),
  vat_number: Text(20, 0),
  email: Email,
  iban: Text(34, 0),
  bic: Text(11, 0),
  time_zone: Text(60),
};
const SellerView = Type.Object({ ...fields, currency: Type.String() });
const SellerPatch = Type.Partial(Type.Object(fields)).properties;
const SellerEvent = Type.Object({
  event_id: Id,
  type: Type.String(),
  at: Instant,
  actor: Type.String(),
  data: Type.Any(),
});

const seen = { access: { operator: 'customers:read' } } as const;
const written = { access: { operator: 'policy:write' } } as const;

/** The company that sells: its address, its policy, and what our staff did to it. */
export function sellerRoutes(app: App): void {
  getSellerRoute(app);
  patchSeller(app);
  getPolicyRoute(app);
  patchPolicy(app);
  getSellerEvents(app);
}

function getSellerRoute(app: App): void {
  app.get('/v1/seller', { config: seen, schema: { summary: 'The seller', response: { 200: SellerView } } }, (request) =>
    read(request, async (tx) => sellerView(await getSeller(tx))),
  );
}

function patchSeller(app: App): void {
  app.patch(
    '/v1/seller',
    {
      config: written,
      schema: {
        summary: 'Change the seller',
        body: Strict({ ...SellerPatch, reason: Reason, dry_run: DryRun }),
        response: { 200: SellerView },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { reason, dry_run: _, postal_code, vat_number, time_zone, ...rest } = request.body;
        const patch = {
          ...rest,
          ...(postal_code !== undefined && { postalCode: postal_code }),
          ...(vat_number !== undefined && { vatNumber: vat_number }),
          ...(time_zone !== undefined && { timeZone: time_zone }),
        };
        return sellerView(await changeSeller(tx, act, { patch, reason }));
      }),
  );
}

function getPolicyRoute(app: App): void {
  app.get(
    '/v1/policy',
    {
      config: seen,
      schema: { summary: 'The seller’s policy: every number of the rules', response: { 200: PolicySchema } },
    },
    (request) => read(request, async (tx) => jsonOf(await getPolicy(tx)) as never),
  );
}

function patchPolicy(app: App): void {
  app.patch(
    '/v1/policy',
    {
      config: written,
      schema: {
        summary: 'Change the policy',
        description: 'It counts from the next decision on; deadlines and expiries already written stay.',
        body: Strict({ patch: Type.Record(Type.String(), Type.Any()), reason: Reason, dry_run: DryRun }),
        response: { 200: PolicySchema },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { patch, reason } = request.body;
        return jsonOf(await changePolicy(tx, act, { patch, reason })) as never;
      }),
  );
}

function getSellerEvents(app: App): void {
  app.get(
    '/v1/seller-events',
    {
      config: { access: { operator: 'runs:read' } },
      schema: {
        summary: 'What was done to no customer in particular',
        querystring: Strict(PageQuery),
        response: { 200: Page(SellerEvent) },
      },
    },
    (request) => read(request, (tx) => listSellerEvents(tx, request.query)),
  );
}

function sellerView(seller: Seller) {
  const { name, street, postalCode: postal_code, city, country, vatNumber: vat_number } = seller;
  const { email, iban, bic, timeZone: time_zone, currency } = seller;
  return { name, street, postal_code, city, country, vat_number, email, iban, bic, time_zone, currency };
}

type EventLine = { event_id: bigint; type: string; at: Temporal.Instant; actor: string; data: Record<string, string> };

async function listSellerEvents(tx: Tx, { cursor, limit }: { cursor?: string; limit: number }) {
  const before = readCursor(cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<EventLine>`
    select event_id, type, at, actor, data from seller_events
     where (${before}::bigint is null or event_id < ${before}::bigint) order by event_id desc limit ${limit + 1}`.execute(
    tx,
  );
  return toPage(rows, limit, (row) => [row.event_id]);
}
