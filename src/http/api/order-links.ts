import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { countAttempt } from '#domain/identity/throttle.ts';
import { getLinkedOrder, parseLink } from '#domain/orders/link.ts';
import { offerPayment } from '#domain/orders/offer.ts';
import type { Order } from '#domain/orders/types.ts';
import { hintCharges } from '#domain/payments/hint.ts';
import { listWays } from '#domain/payments/list-ways.ts';
import { actOf, change, converse, read } from '#http/act.ts';
import { sendOrderPdf } from '#http/api/_documents.ts';
import { OrderView, orderView, Transfer, transferView } from '#http/api/_orders.ts';
import { PaymentPage, returned } from '#http/api/order-payments.ts';
import { PaymentWay, wayView } from '#http/api/payment-ways.ts';
import type { App, HttpContext } from '#http/context.ts';
import { Nothing, Strict, Text, Word } from '#http/schemas.ts';
import { asCustomer, type Tx } from '#kit/db.ts';
import { Refusal } from '#kit/errors.ts';

const Params = Strict({ link: Text(100, 0) });
const Linked = Type.Object({ ...OrderView.properties, transfer: Transfer, ways: Type.Array(PaymentWay) });

const config = { access: 'public' } as const;

/** The link that opens one order without login: view it, pay it, download it, nothing else (R8). */
export function orderLinkRoutes(app: App, context: HttpContext): void {
  getOrderLinksLink(app, context);
  postOrderLinksLinkPaymentPages(app, context);
  putOrderLinksLinkPaymentReturn(app, context);
  getOrderLinksLinkPdf(app, context);
}

function getOrderLinksLink(app: App, context: HttpContext): void {
  app.get(
    '/v1/order-links/:link',
    { config, schema: { summary: 'The order behind a link', params: Params, response: { 200: Linked } } },
    async (request) => {
      const order = await openLink(request, context);
      return read(request, async (tx) => ({
        ...orderView(order),
        transfer: await transferView(tx, order),
        ways: await openWays(tx, request, { order, providers: context.providers }),
      }));
    },
  );
}

// Who has the link and no login pays on a page or by transfer, and is told nothing of the customer's own methods.
async function openWays(
  tx: Tx,
  request: FastifyRequest,
  { order, providers }: { order: Order; providers: HttpContext['providers'] },
) {
  const { customerId, kind, gross: amount, currency } = order;
  const ways = await listWays(tx, await actOf(request, tx), {
    customerId,
    purchase: { kind, amount, currency },
    providers,
  });
  return ways.filter(({ by }) => by === 'page' || by === 'transfer').map(wayView);
}

function postOrderLinksLinkPaymentPages(app: App, context: HttpContext): void {
  app.post(
    '/v1/order-links/:link/payment-pages',
    {
      config,
      schema: {
        summary: 'Open the provider’s page for the order behind a link',
        params: Params,
        body: Strict({ kind: Word('card', 'paypal') }),
        response: { 201: PaymentPage },
      },
    },
    async (request, reply) => {
      const { customerId, orderId } = await openLink(request, context);
      const returnUrl = `${context.settings.publicUrl}/o/${request.params.link}`;
      return converse(request, reply, async (transact, act) => {
        const offer = { customerId, orderId, kind: request.body.kind, returnUrl };
        const { chargeId, url } = await offerPayment({ transact, providers: context.providers }, act, offer);
        return { charge_id: chargeId, url };
      });
    },
  );
}

function putOrderLinksLinkPaymentReturn(app: App, context: HttpContext): void {
  app.put(
    '/v1/order-links/:link/payment-return',
    { config, schema: { ...returned, params: Params, response: { 204: Nothing } } },
    async (request, reply) => {
      const order = await openLink(request, context);
      await change(request, reply, async (tx, { at }) => (await hintCharges(tx, at, order)).length);
      return reply.code(204).send(null);
    },
  );
}

function getOrderLinksLinkPdf(app: App, context: HttpContext): void {
  app.get(
    '/v1/order-links/:link/pdf',
    { config, schema: { summary: 'The order behind a link as PDF', params: Params } },
    async (request, reply) => sendOrderPdf(request, reply, await openLink(request, context)),
  );
}

/**
 * Opens a link: from here on the request is about the order's customer and is seen through row-level security, but its
 * caller is nobody with a role. Guesses are counted; a genuine link whose order is closed is none.
 */
async function openLink(
  request: FastifyRequest & { params: { link: string } },
  { database, now }: HttpContext,
): Promise<Order> {
  const { link } = request.params;
  let order: Order;
  try {
    const customerId = parseLink(link)?.customerId ?? 0n;
    order = await asCustomer(database.api, customerId, async (tx) => {
      return getLinkedOrder(tx, link, (await actOf(request, tx)).at);
    });
  } catch (error) {
    const isGenuine = error instanceof Refusal && error.fields.length > 0;
    if (!isGenuine) await countAttempt(database.system, 'link', { attempt: { address: request.ip }, now: now() });
    throw error;
  }
  request.principal = { kind: 'link', orderId: order.orderId };
  request.customer = { customerId: order.customerId, code: '' };
  return order;
}
