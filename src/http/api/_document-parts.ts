import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { DocumentData, DocumentMethod, DocumentParty } from '#domain/exports/document.ts';
import type { Tx } from '#kit/db.ts';

export type Key = { customerId: bigint; id: bigint };
/** What a document says besides its parties; `buyer` is null where the customer of today is meant. */
export type Facts = Omit<DocumentData, 'seller' | 'buyer'> & { buyer: (DocumentParty & { language: string }) | null };
/** The words of a document's lines, and where its days begin. */
export type Saying = { say(name: string, values?: Record<string, string>): string; timeZone: string };

export type Amounts = { currency: string; net: bigint; vat: bigint; gross: bigint; vatRateBp: number };
/** The amounts of a document with one rate. */
export function totalsOf({ currency, net, vat, gross, vatRateBp: rateBasisPoints }: Amounts) {
  return { currency, net, vat: [{ rateBasisPoints, net, vat }], gross };
}

/** By what a payment was made. */
export type Paid = { provider: string; kind: 'card' | 'paypal' | null; brand: string | null; lastFour: string | null };

/** The payment that came in at this instant, if one did: what it settled carries the same instant. */
export async function paymentAt(tx: Tx, customerId: bigint, at: Temporal.Instant): Promise<Paid | null> {
  const { rows } = await sql<Paid>`
    select ${paid} from payments y ${withMethod}
     where y.customer_id = ${customerId} and y.received_at = ${at} order by y.payment_id desc limit 1`.execute(tx);
  return rows[0] ?? null;
}

/** How a document names what paid it. */
export function whoPaid(payment: Paid | null): DocumentMethod | 'transfer' | 'account' {
  if (!payment) return 'account';
  if (payment.provider === 'bank') return 'transfer';
  const { kind, brand, lastFour } = payment;
  return { kind: kind ?? 'card', brand: brand || (kind === 'paypal' ? 'PayPal' : ''), lastFour: lastFour ?? '' };
}

/** The columns of `Paid`, for a payment `y`. */
export const paid = sql`y.provider, m.kind, m.brand, m.last_four as "lastFour"`;
export const withMethod = sql`
  left join charges c on c.customer_id = y.customer_id and c.charge_id = y.charge_id
  left join payment_methods m on m.customer_id = c.customer_id and m.method_id = c.method_id`;
