import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Process } from '#domain/events/process.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { endMailboxes } from '#domain/platforms/end.ts';
import { closeFinished } from '#domain/platforms/terminate.ts';
import { decideRetention, type RetentionDecision } from '#domain/renewals/decide-retention.ts';
import type { Moment } from '#kit/clock.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

/** Keeps the content of suspended mailboxes until their retention is over, tells its owners before, then ends them (R21, R30). */
export const retention: Process = {
  name: 'retention',
  plan: async (db, moment) => {
    const rows = await decideAll(db, moment);
    return [...new Set(rows.map((row) => row.customerId))];
  },
  run: async (tx, act, customerIds) => {
    const accounts = await lockAccounts(tx, customerIds);
    const due = await decideAll(tx, act, [...accounts.keys()]);
    await tell(tx, act, due);
    const ending = due.filter((row) => row.decision.do === 'end');
    await endMailboxes(
      tx,
      act,
      [...Map.groupBy(ending, (row) => row.customerId)].map(([customerId, mailboxes]) => ({
        customerId,
        mailboxIds: mailboxes.map((mailbox) => mailbox.mailboxId),
      })),
    );
    // One that was suspended for debt may have been the last on a terminated platform (R22).
    await closeFinished(
      tx,
      act,
      ending.map((row) => row.customerId),
    );
    return due.length;
  },
};

type Retained = {
  customerId: bigint;
  mailboxId: bigint;
  address: string;
  suspendedFor: 'expiry' | 'debt';
  deleteOn: Temporal.PlainDate;
  toldAt: Temporal.Instant | null;
  toldDays: number | null;
};
type Decided = Retained & { decision: RetentionDecision };

async function decideAll(db: Db | Tx, moment: Moment, customerIds?: readonly bigint[]): Promise<Decided[]> {
  const { policy } = await getSeller(db);
  const lettersOf = { debt: policy.ending_letter_days, expiry: policy.deletion_letter_days };
  const rows = await listRetained(db, { moment, lettersOf, customerIds });
  return rows.flatMap((row) => {
    const { deleteOn, toldAt, toldDays } = row;
    const decision = decideRetention({
      deleteOn,
      toldAt,
      toldDays,
      letterDays: lettersOf[row.suspendedFor],
      now: moment,
    });
    return decision.do === 'wait' ? [] : [{ ...row, decision }];
  });
}

type Asked = {
  moment: Moment;
  lettersOf: { debt: readonly number[]; expiry: readonly number[] };
  customerIds: readonly bigint[] | undefined;
};

// Only those about whom `decideRetention` has something to decide: it is asked every second, and whoever was told waits a week.
async function listRetained(db: Db | Tx, { moment: { on, at }, lettersOf, customerIds }: Asked): Promise<Retained[]> {
  const { debt, expiry } = lettersOf;
  const until = on.add({ days: Math.max(0, ...debt, ...expiry) });
  const only = customerIds ? sql`and customer_id = any(${customerIds}::bigint[])` : sql``;
  const { rows } = await sql<Retained>`
    select customer_id as "customerId", mailbox_id as "mailboxId", address, suspended_for as "suspendedFor",
           delete_on as "deleteOn", deletion_told_at as "toldAt", deletion_told_days as "toldDays"
      from mailboxes
     where delete_on <= ${until} and not parked ${only}
       and case when delete_on <= ${on} then coalesce(deletion_told_at <= ${at.subtract({ hours: 24 })}, true)
                else exists (select from unnest(case suspended_for when 'debt' then ${debt}::integer[] else ${expiry}::integer[] end) step
                              where delete_on - ${on}::date <= step and coalesce(deletion_told_days > step, true)) end
     order by customer_id, mailbox_id`.execute(db);
  return rows;
}

type Telling = Retained & { days: number };

async function tell(tx: Tx, act: Act, due: readonly Decided[]): Promise<void> {
  const telling = due.flatMap(({ decision, ...row }): Telling[] =>
    decision.do === 'tell' ? [{ ...row, days: decision.days, deleteOn: decision.deleteOn }] : [],
  );
  if (telling.length === 0) return;
  await sql`
    update mailboxes m
       set deletion_told_at = coalesce(m.deletion_told_at, ${act.at}::timestamptz),
           deletion_told_days = u.days, delete_on = u.delete_on
      from ${columns(telling, {
        customer_id: ['bigint', (row) => row.customerId],
        mailbox_id: ['bigint', (row) => row.mailboxId],
        days: ['integer', (row) => row.days],
        delete_on: ['date', (row) => row.deleteOn],
      })}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id`.execute(tx);
  const groups = Map.groupBy(telling, (row) => `${row.customerId} ${row.suspendedFor} ${row.deleteOn}`);
  await recordEvents(
    tx,
    act,
    [...groups.values()].map((group) => {
      const { customerId, suspendedFor, deleteOn, days } = group[0] as Telling;
      const data = {
        reason: suspendedFor,
        delete_on: deleteOn,
        days,
        mailbox_ids: group.map((row) => row.mailboxId),
        addresses: group.map((row) => row.address),
      };
      return { customerId, type: 'mailboxes.deletion_announced' as const, data };
    }),
  );
}
