import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { changeMethods } from '#domain/payments/change-methods.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { removeMethod } from '#domain/payments/remove-method.ts';
import { wantsOwner } from '#domain/payments/standings.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { type AboutOne, change, converse, customerOf, read } from '#http/act.ts';
import type { App, HttpContext } from '#http/context.ts';
import { Day, Id, IdParams, Instant, Maybe, Nothing, Strict, Word } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const States = Word('pending', 'valid', 'expired', 'failed', 'removed');
const Method = Type.Object(
  {
    method_id: Id,
    provider: Type.String(),
    kind: Word('card', 'paypal'),
    state: States,
    brand: Type.String(),
    last_four: Type.String(),
    expires_on: Maybe(Day),
    is_default: Type.Boolean(),
    backup_rank: Maybe(Type.Integer()),
    failure: Type.String(),
    wants_owner: Type.Boolean({ description: 'Its bank wanted its owner at the last charge, and may again.' }),
    registered_at: Instant,
  },
  { $id: 'PaymentMethod' },
);
const Methods = Type.Object({ items: Type.Array(Method) });

const moved = { access: { customer: 'money:write' } } as const;
const keyOf = (request: AboutOne) => ({
  customerId: customerOf(request),
  methodId: BigInt(request.params.id),
});

/** Cards and PayPal accounts, registered on the provider's own page (R31, R32). */
export function paymentMethodRoutes(app: App, context: HttpContext): void {
  getPaymentMethods(app);
  postPaymentMethods(app, context);
  putPaymentMethodsIdRegistration(app, context);
  putPaymentMethodsOrder(app);
  deletePaymentMethodsId(app, context);
}

function getPaymentMethods(app: App): void {
  app.get(
    '/v1/payment-methods',
    {
      config: { access: { customer: 'money:read' } },
      schema: { summary: 'Payment methods', response: { 200: Methods } },
    },
    (request) => read(request, async (tx) => ({ items: await listMethods(tx, customerOf(request)) })),
  );
}

function postPaymentMethods(app: App, { providers, settings }: HttpContext): void {
  app.post(
    '/v1/payment-methods',
    {
      config: { ...moved, fresh: true },
      schema: {
        summary: 'Begin to register a payment method',
        description: 'Send the person to `url`, the provider’s own page. No card number ever comes here.',
        body: Strict({ kind: Word('card', 'paypal') }),
        response: { 201: Type.Object({ method_id: Id, url: Type.String() }) },
      },
    },
    (request, reply) =>
      converse(request, reply, async (transact, act) => {
        const returnUrl = (id: bigint) => `${settings.publicUrl}/billing/methods?registered=${id}`;
        const start = { customerId: customerOf(request), kind: request.body.kind, returnUrl };
        const { methodId, url } = await startMethod({ transact, providers }, act, start);
        return { method_id: methodId, url };
      }),
  );
}

function putPaymentMethodsIdRegistration(app: App, { providers }: HttpContext): void {
  app.put(
    '/v1/payment-methods/:id/registration',
    {
      config: moved,
      schema: {
        summary: 'Ask the provider what became of a registration',
        params: IdParams,
        response: { 200: Type.Object({ state: States }) },
      },
    },
    (request, reply) =>
      converse(request, reply, async (transact, act) => ({
        state: await completeMethod({ transact, providers }, act, keyOf(request)),
      })),
  );
}

function putPaymentMethodsOrder(app: App): void {
  app.put(
    '/v1/payment-methods/order',
    {
      config: { ...moved, fresh: true },
      schema: {
        summary: 'Which method is charged first, and which stand in for it',
        body: Strict({
          default_id: Type.Optional(Id),
          backup_ids: Type.Optional(Type.Array(Id, { maxItems: 20, uniqueItems: true })),
        }),
        response: { 200: Methods },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = customerOf(request);
        const { default_id, backup_ids } = request.body;
        await changeMethods(tx, act, {
          customerId,
          ...(default_id !== undefined && { defaultId: BigInt(default_id) }),
          ...(backup_ids !== undefined && { backupIds: backup_ids.map(BigInt) }),
        });
        return { items: await listMethods(tx, customerId) };
      }),
  );
}

function deletePaymentMethodsId(app: App, { providers }: HttpContext): void {
  app.delete(
    '/v1/payment-methods/:id',
    {
      config: { ...moved, fresh: true },
      schema: {
        summary: 'Remove a payment method',
        description:
          'The last one goes only with `confirmed`, after the warning that names what will renew without it.',
        params: IdParams,
        querystring: Strict({ confirmed: Type.Optional(Type.Boolean()) }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const confirmed = request.query.confirmed === true;
      await converse(request, reply, async (transact, act) => {
        const renewing = await transact((tx) => listRenewing(tx, customerOf(request)));
        await removeMethod({ transact, providers }, act, { ...keyOf(request), confirmed, renewing });
        return null;
      });
      return reply.code(204).send(null);
    },
  );
}

type MethodLine = {
  method_id: bigint;
  provider: string;
  kind: 'card' | 'paypal';
  state: 'pending' | 'valid' | 'expired' | 'failed' | 'removed';
  brand: string;
  last_four: string;
  expires_on: Temporal.PlainDate | null;
  is_default: boolean;
  backup_rank: number | null;
  failure: string;
  wants_owner: boolean;
  registered_at: Temporal.Instant;
};

async function listMethods(tx: Tx, customerId: bigint): Promise<MethodLine[]> {
  const { rows } = await sql<MethodLine>`
    select m.method_id, m.provider, m.kind, m.state, m.brand, m.last_four, m.expires_on, m.is_default, m.backup_rank,
           m.failure, ${wantsOwner} as wants_owner, m.registered_at
      from payment_methods m where m.customer_id = ${customerId} and m.state <> 'removed'
     order by m.is_default desc, m.backup_rank nulls last, m.method_id desc`.execute(tx);
  return rows;
}

async function listRenewing(tx: Tx, customerId: bigint): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    select m.address from mailboxes m
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
     where m.customer_id = ${customerId} and m.state <> 'ended' and m.mode <> 'none' and p.terminated_at is null
       and m.suspended_for is distinct from 'expiry'
     order by m.expires_on, m.address limit 1000`.execute(tx);
  return rows.map((row) => row.address);
}
