import { type Act, recordEvents } from '#domain/events/record.ts';
import { insertSettlements, readOpenDebts, type SettlementRow, updateDebts } from '#domain/invoices/_store.ts';
import { type Allocation, allocate } from '#domain/invoices/decide.ts';
import type { Tx } from '#kit/db.ts';

/** Money that was posted to a customer's account in this transaction: `amount` minor units, and what it was. */
export type Receipt = { customerId: bigint; amount: bigint; source: SettlementRow['source'] };

/**
 * Spends what came in on the customers' open debts, oldest first, also partly (R4). Call it after the money is posted,
 * with the accounts locked. Tells which invoices are settled by it; returns what is left as free credit, per customer.
 */
export async function settleDebts(tx: Tx, act: Act, receipts: readonly Receipt[]): Promise<Map<bigint, bigint>> {
  const debts = await readOpenDebts(
    tx,
    receipts.map((receipt) => receipt.customerId),
  );
  const byCustomer = Map.groupBy(debts, (debt) => debt.customerId);
  const surplus = new Map<bigint, bigint>();
  const spent: (Allocation & Receipt)[] = [];
  for (const receipt of receipts) {
    const open = byCustomer.get(receipt.customerId) ?? [];
    const result = allocate(receipt.amount, open);
    for (const allocation of result.allocations) spent.push({ ...receipt, ...allocation });
    surplus.set(receipt.customerId, (surplus.get(receipt.customerId) ?? 0n) + result.surplus);
    byCustomer.set(receipt.customerId, reduce(open, result.allocations));
  }
  await insertSettlements(tx, act, spent);
  await updateDebts(tx, act, { rows: last(spent), closedState: 'settled' });
  await tellSettled(
    tx,
    act,
    spent.filter((each) => each.left === 0n),
  );
  return surplus;
}

type Open = Awaited<ReturnType<typeof readOpenDebts>>[number];

function reduce(open: readonly Open[], allocations: readonly Allocation[]): Open[] {
  const left = new Map(allocations.map((each) => [each.invoiceId, each.left]));
  return open.map((debt) => ({ ...debt, due: left.get(debt.invoiceId) ?? debt.due })).filter((debt) => debt.due > 0n);
}

// Two receipts of one customer may touch the same debt; the last one knows what is left.
function last(spent: readonly (Allocation & Receipt)[]) {
  const rows = new Map(spent.map((each) => [`${each.customerId} ${each.invoiceId}`, each]));
  return [...rows.values()].map(({ customerId, invoiceId, left }) => ({ customerId, invoiceId, due: left }));
}

async function tellSettled(
  tx: Tx,
  act: Act,
  settled: readonly { customerId: bigint; invoiceId: bigint }[],
): Promise<void> {
  await recordEvents(
    tx,
    act,
    [...Map.groupBy(settled, (each) => each.customerId)].map(([customerId, invoices]) => ({
      customerId,
      type: 'invoices.settled' as const,
      data: { invoice_ids: invoices.map((invoice) => invoice.invoiceId) },
    })),
  );
}
