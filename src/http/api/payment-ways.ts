import Type from 'typebox';
import type { Way } from '#domain/payments/decide-ways.ts';
import { listWays } from '#domain/payments/list-ways.ts';
import { actOf, customerOf, read } from '#http/act.ts';
import type { App, HttpContext } from '#http/context.ts';
import { Id, Maybe, PositiveAmount, Strict, Word } from '#http/schemas.ts';

const Obstacles = Word(
  ...([
    'expired',
    'failed',
    'revoked',
    'needs_authentication',
    'pending',
    'charge_under_way',
    'provider_missing',
  ] as const),
  ...(['currency_not_taken', 'amount_too_small', 'amount_too_large', 'not_for_top_ups', 'not_for_debts'] as const),
  ...(['credit_too_low', 'no_bank_account'] as const),
);
export const PaymentWay = Type.Object(
  {
    by: Word('account', 'method', 'page', 'transfer'),
    method_id: Maybe(Id),
    kind: Maybe(Word('card', 'paypal')),
    why: Maybe(Obstacles),
  },
  { description: '`why` this way may not be taken; null: it may.' },
);

/** How something could be paid before it is ordered (R11): the ways there are, and why another is not. */
export function paymentWayRoutes(app: App, { providers }: HttpContext): void {
  app.get(
    '/v1/payment-ways',
    {
      config: { access: { customer: 'money:read' } },
      schema: {
        summary: 'Ways to pay an amount, and why another is not',
        querystring: Strict({ kind: Word('top_up', 'settlement', 'mailboxes'), amount: PositiveAmount }),
        response: { 200: Type.Object({ items: Type.Array(PaymentWay) }) },
      },
    },
    (request) =>
      read(request, async (tx) => {
        const { kind, amount } = request.query;
        const purchase = { kind, amount: BigInt(amount) };
        const ways = await listWays(tx, await actOf(request, tx), {
          customerId: customerOf(request),
          purchase,
          providers,
        });
        return { items: ways.map(wayView) };
      }),
  );
}

/** A way to pay as the API tells it. */
export function wayView(way: Way) {
  return {
    by: way.by,
    method_id: way.by === 'method' ? way.methodId : null,
    kind: way.by === 'page' ? way.kind : null,
    why: way.why,
  };
}
