import type { Act } from '#domain/events/record.ts';
import type { DueMailbox } from '#domain/platforms/due.ts';
import { listReleased, type Parking, parkMailboxes } from '#domain/platforms/park.ts';
import type { Decision } from '#domain/renewals/decide.ts';
import type { Tx } from '#kit/db.ts';
import { formatDecimal } from '#kit/money.ts';

export type Decided = { mailbox: DueMailbox; decision: Decision };
/** What one customer's invoice would be; `net` minor units of `currency`. */
export type Draft = { customerId: bigint; decided: readonly Decided[]; net: bigint; currency: string };

export function netOf(decided: readonly Decided[]): bigint {
  return decided.reduce((sum, { decision }) => sum + (decision.do === 'renew' ? decision.net : 0n), 0n);
}

/** Who is above the ceiling is set aside whole (R16); what an operator has let through since does not count towards it. */
export async function withinCeiling(
  tx: Tx,
  act: Act,
  { drafts, ceiling }: { drafts: readonly Draft[]; ceiling: bigint | null },
): Promise<readonly Draft[]> {
  const above = drafts.filter((draft) => ceiling !== null && draft.net > ceiling);
  if (ceiling === null || above.length === 0) return drafts;
  const released = await listReleased(
    tx,
    above.map((draft) => draft.customerId),
  );
  const asked = (draft: Draft) => draft.decided.filter(({ mailbox }) => !released.has(mailbox.mailboxId));
  const stopped = new Set(above.filter((draft) => netOf(asked(draft)) > ceiling));
  await parkMailboxes(
    tx,
    act,
    [...stopped].flatMap((draft) => overCeiling(draft, ceiling)),
  );
  return drafts.filter((draft) => !stopped.has(draft));
}

function overCeiling(draft: Draft, ceiling: bigint): Parking[] {
  const money = (amount: bigint) => `${formatDecimal(amount, draft.currency)} ${draft.currency}`;
  const reason = `the run would renew ${money(draft.net)} net for this customer, above the ceiling of ${money(ceiling)}`;
  return draft.decided.map(({ mailbox }) => ({
    customerId: mailbox.customerId,
    mailboxId: mailbox.mailboxId,
    process: 'renewals',
    reason,
  }));
}
