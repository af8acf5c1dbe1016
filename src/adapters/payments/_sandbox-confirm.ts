import type { Temporal } from 'temporal-polyfill';
import {
  applyDecisions,
  type ChargeRow,
  clearPending,
  countAttempt,
  type Decision,
  drawCredit,
  readCharges,
} from '#adapters/payments/_sandbox-charges.ts';
import { isExpired, removeMethods } from '#adapters/payments/_sandbox-methods.ts';
import { type Attempt, cardTraits, decideCharge, type SandboxFault } from '#adapters/payments/sandbox-cards.ts';
import { type Outcome, ProviderRefused } from '#domain/payments/provider.ts';
import type { Db } from '#kit/db.ts';

/** What became of a charge, and how the answer gets lost or late on its way. */
export type Confirmed = { outcome: Outcome; fault: SandboxFault | undefined };

type Setting = { now: () => Temporal.Instant; pagesUrl: string };

/** Confirms many charges in a few statements: reads them, decides each, writes what was decided (house: read, decide, apply). */
export async function confirmCharges(db: Db, refs: string[], setting: Setting): Promise<(Confirmed | Error)[]> {
  const before = await readCharges(db, refs);
  const faults = await applyAll(db, [...before.values()], setting.now());
  const after = await readCharges(db, refs);
  return refs.map((ref) => {
    const row = after.get(ref);
    if (!row) return new ProviderRefused('unknown_reference', `no charge ${ref}`);
    return { outcome: outcomeOf(row, setting), fault: faults.get(ref) };
  });
}

/** A charge's state in the words of the port. A charge without a method waits for its payer, whoever confirms it. */
export function outcomeOf(row: ChargeRow, { pagesUrl }: Pick<Setting, 'pagesUrl'>): Outcome {
  switch (row.state) {
    case 'succeeded':
      return { state: 'succeeded' };
    case 'declined':
      return { state: 'declined', code: row.decline_code ?? 'generic_decline' };
    case 'action_required':
      return { state: 'action_required', url: `${pagesUrl}/charges/${row.ref}` };
    case 'pending':
      return { state: 'pending' };
    case 'created':
      return row.token === null
        ? { state: 'action_required', url: `${pagesUrl}/charges/${row.ref}` }
        : { state: 'pending' };
  }
}

/** The attempt that charging this row's method now would be. */
export function attemptOn(row: ChargeRow, today: Temporal.PlainDate, present: boolean): Attempt {
  const expired = isExpired(row.expires_on, today);
  return {
    card: row.card ?? '',
    usable: row.method_state !== 'valid' ? 'no' : expired ? 'expired' : 'yes',
    amount: row.amount,
    creditLeft: row.credit_left,
    present,
  };
}

/** Lets charges clear that were confirmed an hour ago or earlier. */
export async function clearDue(db: Db, at: Temporal.Instant): Promise<void> {
  await clearPending(db, at.subtract({ hours: 1 }), at);
}

async function applyAll(db: Db, rows: ChargeRow[], at: Temporal.Instant): Promise<Map<string, SandboxFault>> {
  const today = at.toZonedDateTimeISO('UTC').toPlainDate();
  const faults = new Map<string, SandboxFault>();
  const decisions: Decision[] = [];
  for (const row of rows) {
    if (row.state !== 'created' || row.card === null) continue;
    const { fault, limited } = cardTraits(row.card);
    if (fault) faults.set(row.ref, fault);
    if (fault === 'timeout_before') {
      // Only the first attempt gets lost; the next one goes through.
      if (await countAttempt(db, row.ref)) continue;
      faults.delete(row.ref);
    }
    const decision = decideCharge(attemptOn(row, today, false));
    if (limited && decision.state === 'succeeded') await drawCredit(db, row, at);
    else decisions.push(toDecision(row.ref, decision));
  }
  const written = await applyDecisions(db, decisions, { at, from: ['created'] });
  const revoked = rows.filter((row) => written.has(row.ref) && row.card !== null && cardTraits(row.card).revoked);
  await removeMethods(
    db,
    revoked.flatMap((row) => row.token ?? []),
  );
  return faults;
}

function toDecision(ref: string, decided: ReturnType<typeof decideCharge>): Decision {
  if (decided.state === 'asked') return { ref, state: 'action_required', code: 'authentication_required' };
  return { ref, state: decided.state, code: decided.state === 'declined' ? decided.code : null };
}
