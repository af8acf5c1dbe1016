import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { getCatalog } from '#domain/catalog/list.ts';
import { priceOn } from '#domain/catalog/price-on.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import {
  decideModeChange,
  type ModeChange,
  type ModeQuestion,
  type ModeRefusal,
} from '#domain/platforms/decide-mode.ts';
import type { Mode } from '#domain/platforms/types.ts';
import { columns, type Tx } from '#kit/db.ts';

export type ModesChange = {
  customerId: bigint;
  mailboxIds: readonly bigint[];
  wanted: Mode | 'previous';
  /** Decides and answers, but changes nothing. */
  dryRun: boolean;
};

/**
 * What happens, or would happen, to one of the mailboxes asked for; `unknown` for an id that is not the customer's.
 * `keptUntil`: with none, the day to which its content outlives it (R21).
 */
export type ModeResult = { mailboxId: bigint; address: string } & (Decided | { outcome: 'unknown' });

/**
 * Changes the mode of a selection of one customer's mailboxes in one act (R19–R21). No order, no invoice: each change is
 * applied at that mailbox's own expiry and may be changed any number of times before. Answers for every id asked for;
 * those refused do not stop the others.
 */
export async function changeModes(tx: Tx, act: Act, change: ModesChange): Promise<ModeResult[]> {
  const account = await lockAccount(tx, change.customerId);
  const rows = await readMailboxes(tx, change);
  const seller = await getSeller(tx);
  const { prices } = await getCatalog(tx);
  const cutoff = { rule: seller.policy.mode_cutoff, timeZone: seller.timeZone };
  // Thousands of mailboxes are in the same few situations; each of these is decided once.
  const known = new Map<string, Decided>();
  const decided = new Map<bigint, ModeResult>();
  for (const row of rows) {
    const situation = situationOf(row);
    const answer =
      known.get(situation) ??
      withRetention(
        decideModeChange({
          mailbox: row,
          wanted: change.wanted,
          prices: (day) => priceOn(prices, { planId: row.planId, currency: account.currency }, day),
          cutoff,
          moment: act,
        }),
        seller.policy.retention_days,
      );
    known.set(situation, answer);
    decided.set(row.mailboxId, { mailboxId: row.mailboxId, address: row.address, ...answer });
  }
  const results = [...new Set(change.mailboxIds)].map(
    (mailboxId) => decided.get(mailboxId) ?? { mailboxId, address: '', outcome: 'unknown' as const },
  );
  if (!change.dryRun) await apply(tx, act, { customerId: change.customerId, results });
  return results;
}

type Decided = (ModeChange & { keptUntil: Temporal.PlainDate | null }) | ModeRefusal;

function withRetention(answer: ModeChange | ModeRefusal, retentionDays: number): Decided {
  if (answer.outcome === 'refused') return answer;
  return { ...answer, keptUntil: answer.to === 'none' ? answer.effectiveOn.add({ days: retentionDays }) : null };
}

// Everything the decision looks at: what two mailboxes have in common here happens to both.
function situationOf(row: Row): string {
  const { state, suspendedFor, mode, previousMode, laterMode, expiresOn, anchorOn, alignment, terminated } = row;
  const service = { state, suspendedFor, mode, previousMode, laterMode, alignment, terminated };
  const facts = { ...service, expiresOn, anchorOn: anchorOn.day } satisfies Record<
    keyof ModeQuestion['mailbox'],
    unknown
  >;
  return `${row.planId} ${Object.values(facts).join(' ')}`;
}

type Row = ModeQuestion['mailbox'] & { mailboxId: bigint; planId: bigint; address: string };

async function readMailboxes(tx: Tx, { customerId, mailboxIds }: ModesChange): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select m.mailbox_id as "mailboxId", m.plan_id as "planId", m.address, m.state, m.suspended_for as "suspendedFor",
           m.mode, m.previous_mode as "previousMode", m.later_mode as "laterMode", m.expires_on as "expiresOn",
           m.anchor_on as "anchorOn", plans.alignment, p.terminated_at is not null as terminated
      from mailboxes m
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
      join plans on plans.plan_id = m.plan_id
     where m.customer_id = ${customerId} and m.mailbox_id = any(${mailboxIds}::bigint[])
     order by m.address, m.mailbox_id`.execute(tx);
  return rows;
}

type Changed = Extract<ModeResult, ModeChange>;

async function apply(
  tx: Tx,
  act: Act,
  { customerId, results }: { customerId: bigint; results: readonly ModeResult[] },
) {
  const changed = results.filter((result): result is Changed => result.outcome === 'changed');
  if (changed.length === 0) return;
  await sql`
    update mailboxes m set mode = u.mode, later_mode = u.later_mode, previous_mode = u.previous_mode
      from ${columns(changed, {
        mailbox_id: ['bigint', (each) => each.mailboxId],
        mode: ['text', (each) => each.mode],
        later_mode: ['text', (each) => each.laterMode],
        previous_mode: ['text', (each) => each.previousMode],
      })}
     where m.customer_id = ${customerId} and m.mailbox_id = u.mailbox_id`.execute(tx);
  await recordEvents(tx, act, [{ customerId, type: 'mailboxes.modes_changed', data: { changes: changed.map(told) } }]);
}

function told(change: Changed): {
  mailbox_id: bigint;
  from: Mode;
  to: Mode;
  effective_on: Temporal.PlainDate;
  net: bigint;
} {
  return {
    mailbox_id: change.mailboxId,
    from: change.from,
    to: change.to,
    effective_on: change.effectiveOn,
    net: change.newNet,
  };
}
