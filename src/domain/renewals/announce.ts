import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { getCatalog } from '#domain/catalog/list.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Process } from '#domain/events/process.ts';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import type { DueMailbox } from '#domain/platforms/due.ts';
import { listExpiring, type RenewalContext, renewalsOf } from '#domain/renewals/_upcoming.ts';
import { listUnlooked, noteLook } from '#domain/renewals/looks.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Announces renewals to those who will pay them (R33): 15 days before, and for terms longer than a month also 40 days
 * before, with what it will cost by the same decision that will renew. Everybody is looked at once a day. Each account
 * remembers up to which day it was looked after, so that no expiry is missed after an outage and none is announced twice.
 */
export const announcements: Process = {
  name: 'announcements',
  plan: (db, { on }) => listUnlooked(db, 'notices_looked_on', on),
  run: async (tx, act, customerIds) => {
    const { policy } = await getSeller(tx);
    const concerned = await customersToTell(tx, act.on, { policy, customerIds });
    const drafts = concerned.length > 0 ? await announce(tx, act, { policy, customerIds: concerned }) : [];
    await recordEvents(tx, act, drafts);
    await noteLook(tx, 'notices_looked_on', { on: act.on, customerIds });
    return drafts.length;
  },
};

type Concerned = { policy: NoticeDays; customerIds: readonly bigint[] };

async function announce(tx: Tx, act: Act, { policy, customerIds }: Concerned): Promise<EventDraft[]> {
  const accounts = await lockAccounts(tx, customerIds);
  const { notice_days: nearDays, long_notice_days: farDays } = policy;
  const window = { customerIds: [...accounts.keys()], on: act.on, seen: 'noticed_on' as const };
  const near = await listExpiring(tx, { ...window, after: 0, days: nearDays });
  // When both are owed at once, after an outage, the nearer one says it all.
  const far = await listExpiring(tx, { ...window, after: nearDays, days: farDays });
  const catalog = await getCatalog(tx);
  const draft = (mailboxes: readonly DueMailbox[], days: number) => priced(mailboxes, { accounts, catalog, days });
  await remember(tx, act, [...accounts.keys()]);
  return [...draft(near, nearDays), ...draft(far.filter(isLong), farDays)];
}

type NoticeDays = { notice_days: number; long_notice_days: number };

// Only the days that came nearer since each customer was last looked after.
async function customersToTell(
  tx: Tx,
  on: Temporal.PlainDate,
  { policy: days, customerIds }: Concerned,
): Promise<bigint[]> {
  const { rows } = await sql<{ customer_id: bigint }>`
    select distinct m.customer_id
      from mailboxes m join accounts a on a.customer_id = m.customer_id
     where m.customer_id = any(${customerIds}::bigint[])
       and m.due_on > ${on} and m.due_on <= ${on.add({ days: Math.max(days.notice_days, days.long_notice_days) })}
       and (a.noticed_on is null or a.noticed_on < ${on})
       and (m.due_on <= ${on.add({ days: days.notice_days })} and m.due_on > coalesce(a.noticed_on, ${on}::date - ${days.notice_days}::int) + ${days.notice_days}::int
         or m.mode = 'yearly' and m.due_on > coalesce(a.noticed_on, ${on}::date - ${days.long_notice_days}::int) + ${days.long_notice_days}::int)
       and m.state = 'active' and m.mode <> 'none' and not m.parked`.execute(tx);
  return rows.map((row) => row.customer_id);
}

function isLong(mailbox: DueMailbox): boolean {
  return mailbox.mode === 'yearly';
}

type Pricing = RenewalContext & { days: number };

function priced(mailboxes: readonly DueMailbox[], { days, ...context }: Pricing): EventDraft[] {
  return renewalsOf(mailboxes, context).map(({ customerId, on, net, renewing }) => ({
    customerId,
    type: 'mailboxes.renewal_announced',
    data: {
      expires_on: on,
      days,
      net,
      mailboxes: renewing.map(({ mailbox, decision }) => ({
        mailbox_id: mailbox.mailboxId,
        address: mailbox.address,
        mode: decision.mode,
        ends_on: decision.endsOn,
        net: decision.net,
      })),
    },
  }));
}

async function remember(tx: Tx, act: Act, customerIds: readonly bigint[]): Promise<void> {
  await sql`
    update accounts a set noticed_on = ${act.on}::date
      from ${columns(customerIds, { customer_id: ['bigint', (customerId) => customerId] })}
     where a.customer_id = u.customer_id and (a.noticed_on is null or a.noticed_on < ${act.on}::date)`.execute(tx);
}
