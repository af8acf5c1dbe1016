import { sql } from 'kysely';
import { getSeller } from '#domain/customers/sellers.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { insertDebts, insertSettlements, readBalances, readOpenDebts } from '#domain/invoices/_store.ts';
import { allocate } from '#domain/invoices/decide.ts';
import { debtDeadline } from '#kit/dates.ts';
import type { Tx } from '#kit/db.ts';

/**
 * Opens debts again after a reversal (refund, chargeback) took accounts below zero (R2): the invoices settled last are
 * the first to be owed again, until the open debts equal what is missing. Their deadline is counted anew from now (R25),
 * unless it has passed already and suspended their mailboxes (R29).
 */
export async function reopenDebts(tx: Tx, act: Act, customerIds: readonly bigint[]): Promise<void> {
  const balances = await readBalances(tx, customerIds);
  const open = Map.groupBy(await readOpenDebts(tx, customerIds), (debt) => debt.customerId);
  const settled = Map.groupBy(await readSettled(tx, customerIds), (invoice) => invoice.customerId);
  const reopened = customerIds.flatMap((customerId) => {
    const owed = (open.get(customerId) ?? []).reduce((sum, debt) => sum + debt.due, 0n);
    const missing = -(balances.get(customerId) ?? 0n) - owed;
    const { allocations } = allocate(missing, settled.get(customerId) ?? []);
    return allocations.map(({ invoiceId, amount }) => ({ customerId, invoiceId, amount }));
  });
  if (reopened.length === 0) return;
  const seller = await getSeller(tx);
  const deadlineAt = debtDeadline(
    { issuedAt: act.at, issuedOn: act.on, graceDays: seller.policy.grace_days },
    seller.timeZone,
  );
  await insertSettlements(
    tx,
    act,
    reopened.map((each) => ({ ...each, amount: -each.amount, source: 'reversal' as const })),
  );
  await insertDebts(
    tx,
    act,
    reopened.map((each) => ({ ...each, due: each.amount, deadlineAt })),
  );
  await tellReopened(tx, act, reopened);
}

type Settled = { customerId: bigint; invoiceId: bigint; due: bigint };

async function readSettled(tx: Tx, customerIds: readonly bigint[]): Promise<Settled[]> {
  // What credit notes and write-offs covered stays covered: only money can be taken back.
  const { rows } = await sql<Settled>`
    select customer_id as "customerId", invoice_id as "invoiceId", sum(amount)::bigint as due
      from settlements
     where customer_id = any(${customerIds}::bigint[]) and source in ('credit', 'payment', 'reversal')
     group by customer_id, invoice_id having sum(amount) > 0
     order by customer_id, max(settlement_id) desc`.execute(tx);
  return rows;
}

async function tellReopened(
  tx: Tx,
  act: Act,
  reopened: readonly { customerId: bigint; invoiceId: bigint; amount: bigint }[],
) {
  await recordEvents(
    tx,
    act,
    [...Map.groupBy(reopened, (each) => each.customerId)].map(([customerId, debts]) => ({
      customerId,
      type: 'debts.reopened' as const,
      data: {
        invoice_ids: debts.map((debt) => debt.invoiceId),
        due: debts.reduce((sum, debt) => sum + debt.amount, 0n),
      },
    })),
  );
}
