import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { insertTerms } from '#domain/platforms/_terms.ts';
import { takeAddresses } from '#domain/platforms/addresses.ts';
import type { Term, TermMode } from '#domain/platforms/types.ts';
import { columns, type Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';

/** A paid line of an order: `mailboxId` is null for a new mailbox, else the one to be bought back (R21). */
export type MailboxStart = {
  customerId: bigint;
  mailboxId: bigint | null;
  platformId: bigint;
  planId: bigint;
  address: string;
  mode: TermMode;
  endsOn: Temporal.PlainDate;
  invoiceId: bigint;
  lineNo: number;
  net: bigint;
};

/**
 * Starts mailboxes that were paid for, from the act's day to `endsOn` (R10): new ones, and ones bought back within their
 * retention, which get a new anchor and a new chain of terms: the days they were off are never billed. The mode of the
 * order becomes the mailbox's mode.
 */
export async function startMailboxes(tx: Tx, act: Act, starts: readonly MailboxStart[]): Promise<bigint[]> {
  const fresh = await insertFresh(
    tx,
    act,
    starts.filter((start) => start.mailboxId === null),
  );
  const back = await restart(
    tx,
    act,
    starts.filter((start) => start.mailboxId !== null),
  );
  const started = [...fresh, ...back];
  const returned = new Set(back.map((term) => term.mailboxId));
  await insertTerms(tx, started);
  await recordEvents(
    tx,
    act,
    [...Map.groupBy(started, (term) => term.customerId)].map(([customerId, terms]) => ({
      customerId,
      type: 'mailboxes.started' as const,
      data: {
        mailbox_ids: terms.map((term) => term.mailboxId),
        bought_back: terms.filter((term) => returned.has(term.mailboxId)).length,
      },
    })),
  );
  return started.map((term) => term.mailboxId);
}

async function insertFresh(tx: Tx, act: Act, starts: readonly MailboxStart[]): Promise<Term[]> {
  if (starts.length === 0) return [];
  const ids = await nextIds(tx, starts.length);
  const rows = starts.map((start, i) => ({ ...start, mailboxId: ids[i] as bigint }));
  await takeAddresses(
    tx,
    starts.map((start) => start.address),
  );
  await sql`
    insert into mailboxes (customer_id, mailbox_id, platform_id, plan_id, address, state, mode, anchor_on, expires_on, due_on, provision_after, created_at)
    select u.customer_id, u.mailbox_id, u.platform_id, u.plan_id, u.address, 'active', u.mode, ${act.on}::date, u.ends_on, u.ends_on,
           ${act.at}::timestamptz, ${act.at}::timestamptz
      from ${columns(rows, {
        customer_id: ['bigint', (row) => row.customerId],
        mailbox_id: ['bigint', (row) => row.mailboxId],
        platform_id: ['bigint', (row) => row.platformId],
        plan_id: ['bigint', (row) => row.planId],
        address: ['text', (row) => row.address],
        mode: ['text', (row) => row.mode],
        ends_on: ['date', (row) => row.endsOn],
      })}`.execute(tx);
  return rows.map((row) => headOf(act, { ...row, chain: 1 }));
}

async function restart(tx: Tx, act: Act, starts: readonly MailboxStart[]): Promise<Term[]> {
  if (starts.length === 0) return [];
  const { rows } = await sql<{ mailboxId: bigint; chain: number }>`
    update mailboxes m
       set state = 'active', suspended_for = null, suspended_at = null, delete_on = null, deletion_told_at = null, deletion_told_days = null,
           mode = u.mode, previous_mode = null, later_mode = null, plan_id = u.plan_id, anchor_on = ${act.on}::date,
           chain = m.chain + 1, expires_on = u.ends_on, due_on = u.ends_on, noticed = null,
           wanted_version = m.wanted_version + 1, provision_after = ${act.at}::timestamptz
      from ${columns(starts, {
        customer_id: ['bigint', (start) => start.customerId],
        mailbox_id: ['bigint', (start) => start.mailboxId],
        plan_id: ['bigint', (start) => start.planId],
        mode: ['text', (start) => start.mode],
        ends_on: ['date', (start) => start.endsOn],
      })}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id and m.state = 'suspended' and m.suspended_for = 'expiry'
    returning m.mailbox_id as "mailboxId", m.chain`.execute(tx);
  assert.equal(rows.length, starts.length, 'every mailbox bought back was in its retention');
  const chains = new Map(rows.map((row) => [row.mailboxId, row.chain]));
  return starts.map((start) => {
    const mailboxId = start.mailboxId as bigint;
    return headOf(act, { ...start, mailboxId, chain: chains.get(mailboxId) as number });
  });
}

function headOf(act: Act, row: MailboxStart & { mailboxId: bigint; chain: number }): Term {
  const { customerId, mailboxId, chain, endsOn, planId, mode, invoiceId, lineNo, net } = row;
  return {
    customerId,
    mailboxId,
    chain,
    startsOn: act.on,
    endsOn,
    previousEndsOn: null,
    planId,
    mode,
    invoiceId,
    lineNo,
    net,
  };
}
