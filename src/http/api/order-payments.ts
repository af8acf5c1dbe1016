import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { chargeOrder } from '#domain/orders/charge.ts';
import { getOrder } from '#domain/orders/get.ts';
import { offerPayment } from '#domain/orders/offer.ts';
import { payFromAccount } from '#domain/orders/pay.ts';
import { hintCharges } from '#domain/payments/hint.ts';
import { type AboutOne, change, converse, customerOf, read } from '#http/act.ts';
import { OrderView, readOrder } from '#http/api/_orders.ts';
import type { App, HttpContext } from '#http/context.ts';
import { DryRun, Id, IdParams, Instant, Maybe, Nothing, Strict, Word } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const Kind = Word('card', 'paypal');
export const PaymentPage = Type.Object({ charge_id: Id, url: Type.String() });
export const Attempt = Type.Object({
  charge_id: Id,
  state: Type.String(),
  amount: Type.Integer(),
  currency: Type.String(),
  page_url: Maybe(Type.String()),
  decline_code: Maybe(Type.String()),
  created_at: Instant,
  finished_at: Maybe(Instant),
});

const moved = { access: { customer: 'money:write' } } as const;
const keyOf = (request: AboutOne) => ({
  customerId: customerOf(request),
  orderId: BigInt(request.params.id),
});

/** Paying an order: on the provider's page, with a registered method, or from the prepaid account (R11). */
export function orderPaymentRoutes(app: App, context: HttpContext): void {
  getOrdersIdPayments(app);
  postOrdersIdPaymentPages(app, context);
  putOrdersIdPaymentReturn(app);
  postOrdersIdPayments(app);
}

function getOrdersIdPayments(app: App): void {
  app.get(
    '/v1/orders/:id/payments',
    {
      config: { access: { customer: 'money:read' } },
      schema: {
        summary: 'Attempts to pay an order',
        params: IdParams,
        response: { 200: Type.Object({ items: Type.Array(Attempt) }) },
      },
    },
    (request) =>
      read(request, async (tx) => {
        await getOrder(tx, keyOf(request));
        return { items: await listAttempts(tx, keyOf(request)) };
      }),
  );
}

function postOrdersIdPaymentPages(app: App, { providers, settings }: HttpContext): void {
  app.post(
    '/v1/orders/:id/payment-pages',
    {
      config: moved,
      schema: {
        summary: 'Open the provider’s page for an order',
        description: 'Send the payer to `url`. The order is paid when the provider says so.',
        params: IdParams,
        body: Strict({ kind: Kind }),
        response: { 201: PaymentPage },
      },
    },
    (request, reply) =>
      converse(request, reply, async (transact, act) => {
        const { orderId } = keyOf(request);
        const returnUrl = `${settings.publicUrl}/billing/orders/${orderId}`;
        const offer = { ...keyOf(request), kind: request.body.kind, returnUrl };
        const { chargeId, url } = await offerPayment({ transact, providers }, act, offer);
        return { charge_id: chargeId, url };
      }),
  );
}

export const returned = {
  summary: 'Tell that the payer has come back from the provider’s page',
  description: 'The provider is asked at once; only what it says pays the order.',
};

function putOrdersIdPaymentReturn(app: App): void {
  app.put(
    '/v1/orders/:id/payment-return',
    { config: moved, schema: { ...returned, params: IdParams, response: { 204: Nothing } } },
    async (request, reply) => {
      await change(request, reply, async (tx, { at }) => {
        await getOrder(tx, keyOf(request));
        return (await hintCharges(tx, at, keyOf(request))).length;
      });
      return reply.code(204).send(null);
    },
  );
}

function postOrdersIdPayments(app: App): void {
  app.post(
    '/v1/orders/:id/payments',
    {
      config: moved,
      schema: {
        summary: 'Pay an order from the account or with a registered method',
        description:
          'With `method_id` the worker charges it and the order is paid when that succeeds; without, the prepaid account pays.',
        params: IdParams,
        body: Strict({ method_id: Type.Optional(Id), dry_run: DryRun }),
        response: { 200: OrderView, 201: OrderView },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { method_id } = request.body;
        if (method_id === undefined) await payFromAccount(tx, act, keyOf(request));
        else await chargeOrder(tx, act, { ...keyOf(request), methodId: BigInt(method_id) });
        return readOrder(tx, keyOf(request));
      }),
  );
}

type AttemptLine = {
  charge_id: bigint;
  state: string;
  amount: bigint;
  currency: string;
  page_url: string | null;
  decline_code: string | null;
  created_at: Temporal.Instant;
  finished_at: Temporal.Instant | null;
};

/** What was tried to pay an order, newest first. */
export async function listAttempts(tx: Tx, key: { customerId: bigint; orderId: bigint }): Promise<AttemptLine[]> {
  const { rows } = await sql<AttemptLine>`
    select charge_id, state, amount, currency, page_url, decline_code, created_at, finished_at from charges
     where customer_id = ${key.customerId} and order_id = ${key.orderId} order by charge_id desc limit 100`.execute(tx);
  return rows;
}
