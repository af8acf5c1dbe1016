import Type from 'typebox';
import { orderLink } from '#domain/orders/link.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { previewOrder } from '#domain/orders/preview.ts';
import { orderSettlement } from '#domain/orders/sync-settlement.ts';
import { withdrawOrder } from '#domain/orders/withdraw.ts';
import { type AboutOne, actOf, change, customerOf, read } from '#http/act.ts';
import { sendOrderPdf } from '#http/api/_documents.ts';
import {
  Lines,
  lineRequests,
  listOrders,
  OrderHead,
  OrderView,
  orderView,
  Preview,
  previewView,
  readOrder,
  Transfer,
  transferView,
} from '#http/api/_orders.ts';
import type { App, HttpContext } from '#http/context.ts';
import { sendList } from '#http/lists.ts';
import { mayAt } from '#http/principal.ts';
import { refuseRequest } from '#http/problems.ts';
import { DryRun, Either, IdParams, Page, PageQuery, PositiveAmount, Strict, Text, Word } from '#http/schemas.ts';

const seen = { access: { customer: 'money:read' } } as const;
const moved = { access: { customer: 'money:write' } } as const;
const keyOf = (request: AboutOne) => ({
  customerId: customerOf(request),
  orderId: BigInt(request.params.id),
});
const WithLink = Type.Object({ ...OrderView.properties, link: Type.String(), transfer: Transfer });

/** Orders: requests to pay, with a link that opens each without login (R7–R11). */
export function orderRoutes(app: App, context: HttpContext): void {
  getOrders(app);
  postOrderPreviews(app);
  postOrders(app, context);
  getOrdersId(app, context);
  putOrdersIdWithdrawal(app);
  getOrdersIdPdf(app);
}

function getOrders(app: App): void {
  app.get(
    '/v1/orders',
    {
      config: seen,
      schema: {
        summary: 'Orders, newest first',
        description: 'The CSV holds all of them and takes no filter.',
        querystring: Strict({
          ...PageQuery,
          state: Type.Optional(Word('open', 'paid', 'expired', 'withdrawn')),
          format: Type.Optional(Word('json', 'csv')),
        }),
        response: { 200: Page(OrderHead) },
      },
    },
    (request, reply) =>
      request.query.format === 'csv'
        ? sendList(request, reply, 'orders')
        : read(request, (tx) => listOrders(tx, customerOf(request), request.query)),
  );
}

function postOrderPreviews(app: App): void {
  app.post(
    '/v1/order-previews',
    {
      config: { access: { customer: 'mailboxes:read' } },
      schema: {
        summary: 'What an order for mailboxes would cost',
        body: Strict({ lines: Lines }),
        response: { 200: Preview },
      },
    },
    async (request, reply) => {
      const lines = lineRequests(request.body.lines);
      const preview = await read(request, async (tx) => {
        const act = await actOf(request, tx);
        return previewView(await previewOrder(tx, act, { customerId: customerOf(request), lines }));
      });
      return reply.code(200).send(preview);
    },
  );
}

function postOrders(app: App, { settings }: HttpContext): void {
  app.post(
    '/v1/orders',
    {
      config: moved,
      schema: {
        summary: 'Place an order',
        description:
          'A top-up; a settlement of all that is owed (the open one, if there is one); or mailboxes (administrators only). Nothing is credited or started before it is paid.',
        body: Either('kind', [
          Strict({ kind: Type.Literal('top_up'), amount: PositiveAmount, dry_run: DryRun }),
          Strict({ kind: Type.Literal('settlement'), dry_run: DryRun }),
          Strict({ kind: Type.Literal('mailboxes'), lines: Lines, dry_run: DryRun }),
        ]),
        response: { 200: OrderView, 201: OrderView },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = customerOf(request);
        const { body } = request;
        const base = { customerId, linkSecret: settings.secret };
        if (body.kind === 'top_up') {
          return orderView(await placeOrder(tx, act, { ...base, kind: body.kind, amount: BigInt(body.amount) }));
        }
        if (body.kind === 'settlement') return orderView(await orderSettlement(tx, act, base));
        if (!mayAt(request.principal, customerId, 'mailboxes:write')) throw refuseRequest('not_allowed');
        const lines = lineRequests(body.lines);
        return orderView(await placeOrder(tx, act, { ...base, kind: body.kind, lines }));
      }),
  );
}

function getOrdersId(app: App, { settings }: HttpContext): void {
  const linkOf = (key: ReturnType<typeof keyOf>) => `${settings.publicUrl}/o/${orderLink(settings.secret, key)}`;
  app.get(
    '/v1/orders/:id',
    { config: seen, schema: { summary: 'One order with its link', params: IdParams, response: { 200: WithLink } } },
    (request) =>
      read(request, async (tx) => {
        const order = await readOrder(tx, keyOf(request));
        return { ...order, link: linkOf(keyOf(request)), transfer: await transferView(tx, order) };
      }),
  );
}

function putOrdersIdWithdrawal(app: App): void {
  app.put(
    '/v1/orders/:id/withdrawal',
    {
      config: moved,
      schema: {
        summary: 'Withdraw an open order',
        params: IdParams,
        body: Strict({ reason: Type.Optional(Text(500, 0)), dry_run: DryRun }),
        response: { 200: OrderView },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        await withdrawOrder(tx, act, { ...keyOf(request), reason: request.body.reason ?? '' });
        return readOrder(tx, keyOf(request));
      }),
  );
}

function getOrdersIdPdf(app: App): void {
  app.get(
    '/v1/orders/:id/pdf',
    { config: seen, schema: { summary: 'An order as PDF', params: IdParams } },
    (request, reply) => sendOrderPdf(request, reply, keyOf(request)),
  );
}
