import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { columns, type Tx } from '#kit/db.ts';
import type { Method } from './types.ts';

/** A default method; `expiresOn` the last day on which it can be charged, null for PayPal. */
export type DefaultMethod = Method & { expiresOn: Temporal.PlainDate | null };

/** The methods customers pay by default with, while they can be charged. */
export async function readDefaultMethods(tx: Tx, customerIds: readonly bigint[]): Promise<Map<bigint, DefaultMethod>> {
  const { rows } = await sql<DefaultMethod & { customerId: bigint }>`
    select customer_id as "customerId", kind, brand, last_four as "lastFour", expires_on as "expiresOn" from payment_methods
     where customer_id = any(${customerIds}::bigint[]) and is_default and state = 'valid'`.execute(tx);
  return new Map(rows.map(({ customerId, ...method }) => [customerId, method]));
}

export type MethodFacts = Method & { methodId: bigint; isDefault: boolean; registeredAt: Temporal.Instant };

/** These methods, by id, whatever became of them. */
export async function readMethodFacts(
  tx: Tx,
  keys: readonly { customerId: bigint; methodId: bigint }[],
): Promise<Map<bigint, MethodFacts>> {
  const { rows } = await sql<MethodFacts>`
    select m.method_id as "methodId", m.kind, m.brand, m.last_four as "lastFour", m.is_default as "isDefault",
           m.registered_at as "registeredAt"
      from ${columns(keys, {
        customer_id: ['bigint', (key) => key.customerId],
        method_id: ['bigint', (key) => key.methodId],
      })}
      join payment_methods m on m.customer_id = u.customer_id and m.method_id = u.method_id`.execute(tx);
  return new Map(rows.map((row) => [row.methodId, row]));
}

/** A payment with what it was made with, `amount` in minor units; `forDebt` when we collected it ourselves. */
export type PaymentFacts = {
  customerId: bigint;
  paymentId: bigint;
  orderId: bigint | null;
  amount: bigint;
  currency: string;
  receivedAt: Temporal.Instant;
  paidBy: Method | 'transfer';
  forDebt: boolean;
};

/** These payments, or all payments of these orders, the earliest first. */
export async function readPayments(
  tx: Tx,
  by: 'payment_id' | 'order_id',
  keys: readonly { customerId: bigint; id: bigint }[],
): Promise<PaymentFacts[]> {
  type Row = Omit<PaymentFacts, 'paidBy'> & Method & { provider: string; methodKnown: boolean };
  const { rows } = await sql<Row>`
    select p.customer_id as "customerId", p.payment_id as "paymentId", p.order_id as "orderId", p.amount, p.currency,
           p.received_at as "receivedAt", p.provider, m.method_id is not null as "methodKnown", m.kind, m.brand,
           m.last_four as "lastFour", p.charge_id is not null and p.order_id is null as "forDebt"
      from ${columns(keys, {
        customer_id: ['bigint', (key) => key.customerId],
        id: ['bigint', (key) => key.id],
      })}
      join payments p on p.customer_id = u.customer_id and p.${sql.ref(by)} = u.id
      left join charges c on c.customer_id = p.customer_id and c.charge_id = p.charge_id
      left join payment_methods m on m.customer_id = c.customer_id and m.method_id = c.method_id
     order by p.received_at, p.payment_id`.execute(tx);
  return rows.map(({ provider, methodKnown, kind, brand, lastFour, ...payment }) => {
    const onPage: Method =
      provider === 'paypal'
        ? { kind: 'paypal', brand: 'PayPal', lastFour: '' }
        : { kind: 'card', brand: '', lastFour: '' };
    const method = methodKnown ? { kind, brand, lastFour } : onPage;
    return { ...payment, paidBy: provider === 'bank' ? ('transfer' as const) : method };
  });
}

/** What stands on prepaid accounts, minor units. */
export async function readBalances(
  tx: Tx,
  customerIds: readonly bigint[],
): Promise<Map<bigint, { balance: bigint; currency: string }>> {
  const { rows } = await sql<{ customer_id: bigint; balance: bigint; currency: string }>`
    select customer_id, balance, currency from accounts where customer_id = any(${customerIds}::bigint[])`.execute(tx);
  return new Map(rows.map((row) => [row.customer_id, row]));
}

/** Who acted, as people know them: a user by name, our staff and the system by the seller's name. */
export async function readActors(
  tx: Tx,
  actors: readonly string[],
  sellerName: string,
): Promise<(actor: string) => string> {
  const idsOf = (kind: string) =>
    actors
      .flatMap((actor) => (actor.startsWith(`${kind}:`) ? [actor.slice(kind.length + 1)] : []))
      .filter((id) => /^\d+$/.test(id));
  const { rows } = await sql<{ actor: string; name: string }>`
    select 'user:' || u.user_id as actor, u.name from users u where u.user_id = any(${idsOf('user')}::bigint[])
    union all
    select 'token:' || t.token_id, u.name from api_tokens t join users u on u.user_id = t.user_id
     where t.token_id = any(${idsOf('token')}::bigint[])`.execute(tx);
  const names = new Map(rows.map((row) => [row.actor, row.name]));
  return (actor) => names.get(actor) ?? sellerName;
}
