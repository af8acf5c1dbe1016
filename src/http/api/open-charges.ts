import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { inFlight } from '#domain/payments/lanes.ts';
import { lookUpCharge } from '#domain/payments/look-up-charge.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import type { PaymentDesk } from '#domain/payments/providers.ts';
import { transactOf } from '#http/act.ts';
import type { App, HttpContext } from '#http/context.ts';
import { plain } from '#http/plain.ts';
import {
  Amount,
  Id,
  Instant,
  Maybe,
  Page,
  PageQuery,
  PositiveAmount,
  readCursor,
  Strict,
  toPage,
  Word,
} from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const Answer = Type.Object({
  provider_ref: Maybe(Type.String()),
  state: Maybe(Word('succeeded', 'declined', 'action_required', 'pending')),
  code: Maybe(Type.String({ description: 'The provider’s reason of a refusal.' })),
  amount: Maybe(Amount),
  currency: Maybe(Type.String()),
  refunded: Maybe(Amount),
  problem: Maybe(Type.String({ description: 'Why there is no answer, or what does not fit our charge.' })),
});
const OpenCharge = Type.Object({
  charge_id: Id,
  customer: Type.String(),
  customer_name: Type.String(),
  provider: Type.String(),
  provider_ref: Maybe(Type.String()),
  method: Maybe(Type.String({ description: 'Brand and last four digits.' })),
  order: Maybe(Type.String({ description: 'The order it pays; null when it collects the debt.' })),
  amount: PositiveAmount,
  currency: Type.String(),
  state: Word('created', 'submitted', 'unknown'),
  created_at: Instant,
  checks: Type.Integer({ description: 'How often the provider was called for it.' }),
  next_check_at: Maybe(Instant),
  answer: Maybe(Answer),
});

/** Charges whose outcome is open, and what their provider says of each now (R28). Customers are not charged meanwhile. */
export function openChargeRoutes(app: App, { providers }: HttpContext): void {
  app.get(
    '/v1/open-charges',
    {
      config: { access: { operator: 'customers:read' } },
      schema: {
        summary: 'Charges whose outcome is open, oldest first',
        description:
          'With `unknown` only those whose provider has not said what became of them. With `ask` the provider is asked about each now, at most 20 at a time; that changes nothing, since the worker asks by itself and applies what it hears.',
        querystring: Strict({
          ...PageQuery,
          unknown: Type.Boolean({ default: false }),
          ask: Type.Boolean({ default: false }),
        }),
        response: { 200: Page(OpenCharge) },
      },
    },
    async (request) => {
      const { ask, ...query } = request.query;
      const limit = ask ? Math.min(query.limit, mostAsked) : query.limit;
      const desk = { transact: transactOf(request), providers };
      const { items, ...rest } = await desk.transact((tx) => listOpenCharges(tx, { ...query, limit }));
      const answers = await inFlight(items, mostAsked, (line) => (ask ? answerOf(desk, line) : Promise.resolve(null)));
      return plain({ ...rest, items: items.map((line, i) => ({ ...line, answer: answers[i] ?? null })) });
    },
  );
}

const mostAsked = 20;

async function answerOf(desk: PaymentDesk, { charge_id }: Line) {
  const { providerRef, details, problem } = await lookUpCharge(desk, charge_id);
  const outcome = details?.outcome;
  return {
    provider_ref: providerRef,
    state: outcome?.state ?? null,
    code: outcome?.state === 'declined' ? outcome.code : null,
    amount: details?.amount ?? null,
    currency: details?.currency ?? null,
    refunded: details?.refunded ?? null,
    problem,
  };
}

type Line = {
  charge_id: bigint;
  customer: string;
  customer_name: string;
  provider: ProviderName;
  provider_ref: string | null;
  method: string | null;
  order: string | null;
  amount: bigint;
  currency: string;
  state: 'created' | 'submitted' | 'unknown';
  created_at: Temporal.Instant;
  checks: number;
  next_check_at: Temporal.Instant | null;
};

async function listOpenCharges(tx: Tx, query: { cursor?: string; limit: number; unknown: boolean }) {
  const { cursor, limit, unknown } = query;
  const after = readCursor(cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<Line>`
    select c.charge_id, k.code as customer, k.name as customer_name, c.provider, c.provider_ref,
           case when m.kind = 'paypal' then 'PayPal' else nullif(trim(m.brand || ' ' || m.last_four), '') end as method,
           o.number as "order", c.amount, c.currency, c.state, c.created_at, c.checks, c.next_check_at
      from charges c
      join customers k on k.customer_id = c.customer_id
      left join payment_methods m on m.customer_id = c.customer_id and m.method_id = c.method_id
      left join orders o on o.customer_id = c.customer_id and o.order_id = c.order_id
     where c.state in ('created', 'submitted', 'unknown') and (not ${unknown} or c.state = 'unknown')
       and (${after}::bigint is null or c.charge_id > ${after}::bigint)
     order by c.charge_id limit ${limit + 1}`.execute(tx);
  return toPage(rows, limit, (row) => [row.charge_id]);
}
