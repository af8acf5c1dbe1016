import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { EventType } from '#domain/events/types.ts';
import { morningOf } from '#kit/clock.ts';
import type { Db, Tx } from '#kit/db.ts';
import { day, zone } from '#spec/build.ts';
import { verifyAll } from '#worker/verify.ts';

/** Every invariant of the product holds in this database (P1–P9): the very checks of `bin/rinnovo verify`. */
export async function assertUpright(db: Db, on: { toString(): string }): Promise<void> {
  const findings = await verifyAll(db, morningOf(day(String(on)), zone));
  const wrong = findings.filter((finding) => finding.violations > 0n && !needTheWorker.has(finding.name));
  assert.deepEqual(
    wrong.map(({ name, examples }) => ({ name, examples })),
    [],
  );
}

// Tests of single acts do not let the reactions, the post and the mail platform follow.
const needTheWorker = new Set(['no_consequence_left_behind', 'no_letter_left_behind', 'mail_platforms_follow']);

export type Statement = { cause: string; reference: string; amount: bigint; before: bigint; after: bigint };

/** The customer's statement, oldest movement first (R3). */
export async function statementOf(db: Db | Tx, customerId: bigint): Promise<Statement[]> {
  const { rows } = await sql<Statement>`
    select cause, reference, amount, balance_before as before, balance_after as after
      from movements where customer_id = ${customerId} order by number`.execute(db);
  return rows;
}

/** What the customer has or owes, and on which invoices, oldest first. */
export async function moneyOf(db: Db | Tx, customerId: bigint): Promise<{ balance: bigint; debts: bigint[] }> {
  const { rows } = await sql<{ balance: bigint; debts: bigint[] }>`
    select balance, array(select d.due from debts d where d.customer_id = a.customer_id and d.state = 'open' order by d.invoice_id) as debts
      from accounts a where customer_id = ${customerId}`.execute(db);
  assert(rows[0]);
  return rows[0];
}

/** The terms of a mailbox as `start → end mode net`, oldest first. */
export async function termsOf(db: Db | Tx, mailboxId: bigint): Promise<string[]> {
  const { rows } = await sql<{ term: string }>`
    select starts_on || ' → ' || ends_on || ' ' || mode || ' ' || net as term
      from terms where mailbox_id = ${mailboxId} and invoice_id is not null order by starts_on`.execute(db);
  return rows.map((row) => row.term);
}

export type MailboxNow = {
  state: string;
  mode: string;
  previous: string | null;
  later: string | null;
  expiresOn: string;
  dueOn: string | null;
  deleteOn: string | null;
  parked: boolean;
};

/** A mailbox as it stands. */
export async function mailboxNow(db: Db | Tx, mailboxId: bigint): Promise<MailboxNow> {
  const { rows } = await sql<MailboxNow>`
    select concat_ws(' for ', state, suspended_for) as state, mode, previous_mode as previous, later_mode as later,
           expires_on::text as "expiresOn", due_on::text as "dueOn", delete_on::text as "deleteOn", parked
      from mailboxes where mailbox_id = ${mailboxId}`.execute(db);
  assert(rows[0]);
  return rows[0];
}

/** What was told about a customer, oldest first; only events of the types asked for. */
export async function eventsOf(
  db: Db | Tx,
  customerId: bigint,
  ...types: EventType[]
): Promise<{ type: EventType; actor: string; data: Record<string, unknown> }[]> {
  const { rows } = await sql<{ type: EventType; actor: string; data: Record<string, unknown> }>`
    select type, actor, data from events
     where customer_id = ${customerId} and type = any(${types}::text[]) order by event_id`.execute(db);
  return rows;
}
