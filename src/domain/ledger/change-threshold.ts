import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import type { Tx } from '#kit/db.ts';

/**
 * Changes the balance below which a customer wants to be told (R6); minor units, null for never. It counts from the next
 * movement on: only a balance that falls below it is told.
 */
export async function changeThreshold(
  tx: Tx,
  act: Act,
  { customerId, threshold }: { customerId: bigint; threshold: bigint | null },
): Promise<void> {
  const account = await lockAccount(tx, customerId);
  if (account.alertThreshold === threshold) return;
  await tx.updateTable('accounts').set({ alert_threshold: threshold }).where('customer_id', '=', customerId).execute();
  const data = { from: account.alertThreshold, to: threshold };
  await recordEvents(tx, act, [{ customerId, type: 'thresholds.changed', data }]);
}
