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
  // What its own credit notes and write-offs covered stays covered: only money can be taken back, and what the note of
  // another invoice paid, which stands for the money that one had been paid with.
  const { rows } = await sql<Settled>`
    select customer_id as "customerId", invoice_id as "invoiceId",
           money + greatest(by_notes - coalesce(own_notes, 0), 0) as due
      from (select customer_id, invoice_id, max(settlement_id) as latest,
                   coalesce(sum(amount) filter (where source in ('credit', 'payment', 'reversal')), 0)::bigint as money,
                   coalesce(sum(amount) filter (where source = 'credit_note'), 0)::bigint as by_notes
              from settlements
             where customer_id = any(${customerIds}::bigint[]) and source <> 'write_off'
             group by customer_id, invoice_id) s
      left join (select customer_id, invoice_id, sum(gross)::bigint as own_notes
                   from credit_notes where customer_id = any(${customerIds}::bigint[])
                  group by customer_id, invoice_id) n using (customer_id, invoice_id)
     where money + greatest(by_notes - coalesce(own_notes, 0), 0) > 0
     order by customer_id, latest desc`.execute(tx);
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
