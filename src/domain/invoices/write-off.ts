import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { refuseInvoice } from '#domain/invoices/_refusals.ts';
import { insertSettlements, readOpenDebts, updateDebts } from '#domain/invoices/_store.ts';
import { smaller } from '#domain/invoices/decide.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { postEntries } from '#domain/ledger/post.ts';
import type { Tx } from '#kit/db.ts';

/**
 * An operator gives up the open debt of one invoice (R30): the loss is posted and the account rises by it. Refuses
 * `no_open_debt`. Answers the amount in minor units. `reason` stands in the audit trail (R37).
 */
export async function writeOffDebt(tx: Tx, act: Act, debt: { customerId: bigint; invoiceId: bigint; reason: string }) {
  const { customerId, invoiceId, reason } = debt;
  const account = await lockAccount(tx, customerId);
  const open = (await readOpenDebts(tx, [customerId])).find((each) => each.invoiceId === invoiceId);
  if (!open) throw refuseInvoice('no_open_debt');
  await postEntries(tx, act, [
    {
      customerId,
      cause: 'write_off',
      reference: await nextReference(tx, { customerId, invoiceId, number: open.number }),
      currency: account.currency,
      transfers: [{ part: 'due', debit: 'write_off', credit: 'customer', amount: open.due }],
    },
  ]);
  await insertSettlements(tx, act, [{ customerId, invoiceId, amount: open.due, source: 'write_off' }]);
  await updateDebts(tx, act, { rows: [{ customerId, invoiceId, due: 0n }], closedState: 'written_off' });
  await recordEvents(tx, act, [
    {
      customerId,
      type: 'debts.written_off',
      data: { invoice_id: invoiceId, number: open.number, amount: open.due, reason },
    },
    { customerId, type: 'invoices.settled', data: { invoice_ids: [invoiceId] } },
  ]);
  return { amount: open.due };
}

/**
 * Takes back the loss of an invoice that was written off and is credited now (R5): without it the customer would be given
 * what they never paid. At most `credit.amount` minor units, which the note has just posted; answers how many.
 */
export async function takeBackWriteOff(
  tx: Tx,
  act: Act,
  { invoice, credit }: { invoice: CreditedInvoice; credit: { number: string; amount: bigint } },
): Promise<bigint> {
  const { customerId, invoiceId, number, currency } = invoice;
  const { rows } = await sql<{ lost: bigint }>`
    select coalesce(sum(amount), 0)::bigint as lost from settlements
     where customer_id = ${customerId} and invoice_id = ${invoiceId} and source = 'write_off'`.execute(tx);
  const amount = smaller(rows[0]?.lost ?? 0n, credit.amount);
  if (amount <= 0n) return 0n;
  const transfers = [{ part: 'back', debit: 'customer', credit: 'write_off', amount } as const];
  const reference = `write-off:${number}:${credit.number}`;
  await postEntries(tx, act, [{ customerId, cause: 'reversal', reference, currency, transfers }]);
  await insertSettlements(tx, act, [
    { customerId, invoiceId, amount: -amount, source: 'write_off' },
    { customerId, invoiceId, amount, source: 'credit_note' },
  ]);
  return amount;
}

type CreditedInvoice = { customerId: bigint; invoiceId: bigint; number: string; currency: string };

/** A debt that came back after a write-off (a chargeback) may be written off again: `write-off:F2027-000042:2`. */
async function nextReference(
  tx: Tx,
  { customerId, invoiceId, number }: { customerId: bigint; invoiceId: bigint; number: string },
): Promise<string> {
  const { rows } = await sql<{ earlier: number }>`
    select count(*)::int as earlier from settlements
     where customer_id = ${customerId} and invoice_id = ${invoiceId} and source = 'write_off'`.execute(tx);
  const earlier = rows[0]?.earlier ?? 0;
  return earlier === 0 ? `write-off:${number}` : `write-off:${number}:${earlier + 1}`;
}
