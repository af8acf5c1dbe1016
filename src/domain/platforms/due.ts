import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { MailboxState, Mode } from '#domain/platforms/types.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

/** A mailbox as the renewal decides about it. */
export type DueMailbox = {
  customerId: bigint;
  mailboxId: bigint;
  platformId: bigint;
  planId: bigint;
  address: string;
  state: MailboxState;
  suspendedFor: 'expiry' | 'debt' | null;
  mode: Mode;
  laterMode: Mode | null;
  anchorOn: Temporal.PlainDate;
  chain: number;
  expiresOn: Temporal.PlainDate;
  /** The whole platform ends: every mode counts as none (R22). */
  terminated: boolean;
};

/** The columns of that, of a mailbox `m` and its platform `p`. */
export const dueColumns = sql`
           m.customer_id as "customerId", m.mailbox_id as "mailboxId", m.platform_id as "platformId", m.plan_id as "planId",
           m.address, m.state, m.suspended_for as "suspendedFor", m.mode, m.later_mode as "laterMode",
           m.anchor_on as "anchorOn", m.chain, m.expires_on as "expiresOn", p.terminated_at is not null as terminated`;

/** The customers with a mailbox due on a day or before, never by the day alone: what was missed is due as well (R12). */
export async function customersDue(db: Db | Tx, on: Temporal.PlainDate): Promise<bigint[]> {
  const { rows } = await sql<{ customer_id: bigint }>`
    select distinct customer_id from mailboxes where due_on <= ${on} and due_on is not null and not parked`.execute(db);
  return rows.map((row) => row.customer_id);
}

/**
 * The first day on which something is due, up to a day and after another one if that is given; null when nothing is. A parked
 * customer's days do not count: nobody may do them, and they would hold up the days of all the others.
 */
export async function firstDue(
  db: Db | Tx,
  on: Temporal.PlainDate,
  after: Temporal.PlainDate | null = null,
): Promise<Temporal.PlainDate | null> {
  const { rows } = await sql<{ first: Temporal.PlainDate }>`
    select m.due_on as first from mailboxes m
     where m.due_on <= ${on} and m.due_on > coalesce(${after}::date, '-infinity') and not m.parked
       and not exists (select from accounts a where a.customer_id = m.customer_id and a.parked)
     order by m.due_on limit 1`.execute(db);
  return rows[0]?.first ?? null;
}

/** The due mailboxes of customers whose accounts this transaction holds, by customer and id. */
export async function listDue(tx: Tx, customerIds: readonly bigint[], on: Temporal.PlainDate): Promise<DueMailbox[]> {
  const { rows } = await sql<DueMailbox>`
    select ${dueColumns}
      from mailboxes m
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
     where m.customer_id = any(${customerIds}::bigint[]) and m.due_on <= ${on} and not m.parked
     order by m.customer_id, m.mailbox_id`.execute(tx);
  return rows;
}

/** Mailboxes suspended for debt wait for their payment, not for a day: nothing about them is due until it comes (R29). */
export async function awaitPayment(tx: Tx, mailboxes: readonly DueMailbox[]): Promise<void> {
  if (mailboxes.length === 0) return;
  await sql`
    update mailboxes m set due_on = null
      from ${columns(mailboxes, {
        customer_id: ['bigint', (mailbox) => mailbox.customerId],
        mailbox_id: ['bigint', (mailbox) => mailbox.mailboxId],
      })}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id and m.suspended_for = 'debt'`.execute(tx);
}
