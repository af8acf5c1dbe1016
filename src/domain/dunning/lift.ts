import { getSeller } from '#domain/customers/sellers.ts';
import { readReleased } from '#domain/dunning/_debts.ts';
import type { Reaction } from '#domain/events/reaction.ts';
import type { Act } from '#domain/events/record.ts';
import { resumeMailboxes } from '#domain/platforms/resume.ts';
import type { Tx } from '#kit/db.ts';

/** Follows a settled invoice: the suspension of its mailboxes is lifted, unless another overdue debt holds them (R29). */
export const liftSettled: Reaction = (tx, act, events) =>
  liftSuspensions(
    tx,
    act,
    events.map((event) => event.customerId),
  );

/** Lifts every suspension for debt that no debt of these customers holds any more. The accounts must be locked. */
export async function liftSuspensions(tx: Tx, act: Act, customerIds: readonly bigint[]): Promise<void> {
  const { policy } = await getSeller(tx);
  const released = await readReleased(tx, [...new Set(customerIds)], policy.suspension_scope);
  await resumeMailboxes(
    tx,
    act,
    [...released].map(([customerId, mailboxIds]) => ({ customerId, mailboxIds })),
  );
}
