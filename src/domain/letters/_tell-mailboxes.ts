import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Happened } from '#domain/events/reaction.ts';
import type { Tx } from '#kit/db.ts';
import type { MailboxFacts } from './_facts-mailboxes.ts';
import { readBalances } from './_facts-money.ts';
import { daysUntil, readTold, tellEndings, tellSuspensions } from './_tell-debts.ts';
import { customersOf, dayOf, type LetterPlan, listed, type Teller, type Telling } from './_telling.ts';
import type { LetterFacts } from './types.ts';

/** Access off: for debt with the ways out; at expiry the mailbox has ended and its content waits for the retention (R21). */
export const tellSuspended: Teller = async (telling, events) => {
  const { debt = [], expiry = [] } = Object.groupBy(events, (event) => String(event.data['reason']));
  return [...(await tellSuspensions(telling, debt)), ...(await tellExpired(telling, expiry))];
};

/** The suspension for debt was lifted (R29). */
export const tellResumed: Teller = async (telling, events) => {
  const mailboxesOf = await readTold(telling, events);
  return events.map((event): LetterPlan => {
    const mailboxes = listed(mailboxesOf(event), telling.links.mailboxes);
    const facts = { mailboxes, resumedAt: event.at };
    return { kind: 'resumed', customerId: event.customerId, step: `resumed:${event.eventId}`, facts };
  });
};

/** The content will be deleted, or for debt the mailboxes will end: the owner is told before (R21, R30, rule 10). */
export const tellDeletions: Teller = async (telling, events) => {
  const { debt = [], expiry = [] } = Object.groupBy(events, (event) => String(event.data['reason']));
  const mailboxesOf = await readTold(telling, expiry);
  const { links } = telling;
  const warnings = expiry.map((event): LetterPlan => {
    const deletedOn = dayOf(event, 'delete_on');
    const facts = {
      mailboxes: listed(mailboxesOf(event), links.mailboxes),
      deletedOn,
      daysLeft: daysUntil(telling, deletedOn),
      exportUrl: links.mailboxes,
      buyBackUrl: links.buyBack,
    };
    return { kind: 'deletion_warning', customerId: event.customerId, step: `deletion:${event.eventId}`, facts };
  });
  return [...(await tellEndings(telling, debt)), ...warnings];
};

/** The retention is over and the content gone (R21, R30). */
export const tellEnded: Teller = async (telling, events) => {
  const mailboxesOf = await readTold(telling, events);
  const write = await endedWriter(telling, events);
  return events.flatMap((event) => {
    const { act } = telling;
    const groups = Map.groupBy(mailboxesOf(event), (mailbox) => endReason(mailbox, mailbox.endedOn ?? act.on));
    return [...groups].map(([reason, mailboxes]) =>
      write(event, { reason, mailboxes, endedOn: mailboxes[0]?.endedOn ?? act.on, deletedOn: null }),
    );
  });
};

// At its expiry a mailbox ends for its owner; what follows is the retention of its content.
async function tellExpired(telling: Telling, events: readonly Happened[]): Promise<LetterPlan[]> {
  const mailboxesOf = await readTold(telling, events);
  const write = await endedWriter(telling, events);
  return events.flatMap((event) => {
    const groups = Map.groupBy(mailboxesOf(event), (mailbox) => (mailbox.terminated ? 'termination' : 'mode_none'));
    return [...groups].map(([reason, mailboxes]) =>
      write(event, { reason, mailboxes, endedOn: lastExpiry(mailboxes), deletedOn: dayOf(event, 'delete_on') }),
    );
  });
}

type Ending = {
  reason: LetterFacts['ended']['reason'];
  mailboxes: readonly MailboxFacts[];
  endedOn: Temporal.PlainDate;
  deletedOn: Temporal.PlainDate | null;
};

async function endedWriter({ tx, links }: Telling, events: readonly Happened[]) {
  const accounts = await readBalances(tx, customersOf(events));
  const debts = await readDebtSums(tx, customersOf(events));
  return ({ customerId, eventId }: Happened, { reason, mailboxes, endedOn, deletedOn }: Ending): LetterPlan => {
    const facts = {
      mailboxes: listed(mailboxes, links.mailboxes),
      endedOn,
      reason,
      deletedOn,
      buyBackUrl: deletedOn ? links.buyBack : null,
      debt: debts.get(customerId) ?? 0n,
      currency: accounts.get(customerId)?.currency ?? '',
    };
    return { kind: 'ended', customerId, step: `ended:${eventId}:${reason}`, facts };
  };
}

// Still paid for when it ended: it was the debt. Otherwise its owner chose not to renew it.
function endReason({ expiresOn, mode, terminated }: MailboxFacts, endedOn: Temporal.PlainDate): Ending['reason'] {
  if (expiresOn.until(endedOn, { largestUnit: 'days' }).days < 0) return 'debt';
  if (terminated) return 'termination';
  return mode === 'none' ? 'mode_none' : 'debt';
}

function lastExpiry(mailboxes: readonly MailboxFacts[]): Temporal.PlainDate {
  const [first, ...rest] = mailboxes.map((mailbox) => mailbox.expiresOn);
  if (!first) throw new Error('a letter about no mailbox');
  return rest.reduce((last, day) => (last.until(day).sign > 0 ? day : last), first);
}

// What the customer was told to owe: an invoice of the same day is still being collected.
async function readDebtSums(tx: Tx, customerIds: readonly bigint[]): Promise<Map<bigint, bigint>> {
  const { rows } = await sql<{ customer_id: bigint; due: bigint }>`
    select d.customer_id, sum(d.due)::bigint as due from debts d
     where d.customer_id = any(${customerIds}::bigint[]) and d.state = 'open'
       and exists (select from letters l where l.customer_id = d.customer_id and l.invoice_id = d.invoice_id)
     group by d.customer_id`.execute(tx);
  return new Map(rows.map((row) => [row.customer_id, row.due]));
}
