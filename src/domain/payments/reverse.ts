import { sql } from 'kysely';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import type { Entry } from '#domain/ledger/accounts.ts';
import { postEntries } from '#domain/ledger/post.ts';
import { insertRefunds } from '#domain/payments/_refunds.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { liesAt, type Payment } from '#domain/payments/receive.ts';
import { columns, type Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';

/** A payer's bank took money back. `reference` is the provider's dispute, `taken` all that is gone for it now, minor units: 0 once it was won. */
export type Reversal = { customerId: bigint; paymentId: bigint; taken: bigint; reference: string };

/** Minor units. `moved`: above 0 left the account, below 0 came back. `beyond`: what was taken and cannot be booked. */
export type Reversed = { moved: bigint; beyond: bigint };

/**
 * Books what is gone for a dispute now, by the difference to what stands booked for it, either way: a bank may take money, give
 * a part of it back, and take it again. The account may fall below zero by it (R2), also by more than is left of the payment
 * after refunds; but a payment takes back no more than it brought, and a customer owes no more than its invoices, so never
 * more than it paid in all. The same amount a second time moves nothing. The account must be locked; that invoices are owed
 * again, or paid by what came back (R4), is the caller's next step, in the same transaction. Refuses `payment_unknown`.
 */
export async function reversePayment(tx: Tx, act: Act, reversal: Reversal): Promise<Reversed> {
  const payment = await readDisputed(tx, reversal);
  const booked = await readBooked(tx, reversal);
  const before = sum(booked);
  const wanted = lesser(reversal.taken, before + payment.room);
  // What came back is undone from the last one on, each by its opposite (R5), and what of it stays taken is booked anew.
  const undone = booked.filter((_, i) => sum(booked.slice(0, i + 1)) > wanted);
  const added = wanted - before + sum(undone);
  const moved = wanted - before;
  if (moved !== 0n) await write(tx, act, { reversal, payment, undone, added, moved });
  return { moved, beyond: reversal.taken - wanted };
}

type Booked = { refundId: bigint; amount: bigint };

type Disputed = Pick<Payment, 'provider' | 'currency'> & { room: bigint };

/** The payment, and how much more may be taken back of it. */
async function readDisputed(tx: Tx, { customerId, paymentId }: Reversal): Promise<Disputed> {
  const { rows } = await sql<Disputed>`
    select p.provider, p.currency,
           greatest(0, least(p.amount - coalesce(sum(r.amount) filter (where r.payment_id = p.payment_id and r.reason = 'chargeback'), 0),
                             (select sum(amount) from payments where customer_id = ${customerId}) - coalesce(sum(r.amount), 0)))::bigint as room
      from payments p
      left join refunds r on r.customer_id = p.customer_id and r.state <> 'failed'
     where p.customer_id = ${customerId} and p.payment_id = ${paymentId}
     group by p.customer_id, p.payment_id`.execute(tx);
  const [payment] = rows;
  if (!payment) throw refusePayment('payment_unknown');
  return payment;
}

async function readBooked(tx: Tx, { customerId, paymentId, reference }: Reversal): Promise<Booked[]> {
  const { rows } = await sql<Booked>`
    select refund_id as "refundId", amount from refunds
     where customer_id = ${customerId} and payment_id = ${paymentId} and provider_ref = ${reference}
       and reason = 'chargeback' and state = 'succeeded'
     order by refund_id`.execute(tx);
  return rows;
}

type Change = { reversal: Reversal; payment: Disputed; undone: readonly Booked[]; added: bigint; moved: bigint };

async function write(tx: Tx, act: Act, { reversal, payment, undone, added, moved }: Change): Promise<void> {
  const { customerId, paymentId, reference } = reversal;
  const { currency, provider } = payment;
  const [refundId = 0n] = await nextIds(tx, 1);
  await undo(tx, act, { customerId, undone });
  const draft = {
    customerId,
    refundId,
    paymentId,
    amount: added,
    currency,
    reason: 'chargeback',
    done: { ref: reference },
  };
  if (added > 0n) await insertRefunds(tx, act, [draft]);
  const entry = { customerId, currency };
  const back: Entry[] = undone.map(({ refundId: id, amount }) => ({
    ...entry,
    cause: 'reversal',
    reference: `chargeback-${id}-failed`,
    transfers: [{ part: 'back', debit: liesAt(provider), credit: 'customer', amount }],
  }));
  const taken: Entry = {
    ...entry,
    cause: 'chargeback',
    reference: `chargeback-${refundId}`,
    transfers: [{ part: 'taken', debit: 'customer', credit: liesAt(provider), amount: added }],
  };
  await postEntries(tx, act, added > 0n ? [...back, taken] : back);
  const newest = added > 0n ? refundId : (undone[0]?.refundId ?? refundId);
  const data = { payment_id: paymentId, refund_id: newest, currency, reference };
  const event: EventDraft =
    moved > 0n
      ? { customerId, type: 'payments.reversed', data: { ...data, amount: moved } }
      : { customerId, type: 'payments.reversal_won', data: { ...data, amount: -moved } };
  await recordEvents(tx, act, [event]);
}

async function undo(tx: Tx, { at }: Act, { customerId, undone }: { customerId: bigint; undone: readonly Booked[] }) {
  if (undone.length === 0) return;
  await sql`
    update refunds r set state = 'failed', finished_at = ${at}
      from ${columns(undone, { refund_id: ['bigint', (row) => row.refundId] })}
     where r.customer_id = ${customerId} and r.refund_id = u.refund_id`.execute(tx);
}

function sum(rows: readonly Booked[]): bigint {
  return rows.reduce((total, { amount }) => total + amount, 0n);
}

function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
