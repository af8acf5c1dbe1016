import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { getCatalog } from '#domain/catalog/list.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Process } from '#domain/events/process.ts';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import { type Account, lockAccounts } from '#domain/ledger/lock.ts';
import type { DueMailbox } from '#domain/platforms/due.ts';
import { decideRenewal } from '#domain/renewals/decide.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

/**
 * Announces renewals to those who will pay them (R33): 15 days before, and for terms longer than a month also 40 days
 * before, with what it will cost by the same decision that will renew. Each account remembers up to which day it was
 * looked after, so that no expiry is missed after an outage and none is announced twice.
 */
export const announcements: Process = {
  name: 'announcements',
  plan: async (db, { on }) => customersToTell(db, on, (await getSeller(db)).policy),
  run: async (tx, act, customerIds) => {
    const accounts = await lockAccounts(tx, customerIds);
    const { policy } = await getSeller(tx);
    const { notice_days: nearDays, long_notice_days: farDays } = policy;
    const window = { customerIds: [...accounts.keys()], on: act.on };
    const near = await listExpiring(tx, { ...window, after: 0, days: nearDays });
    // When both are owed at once, after an outage, the nearer one says it all.
    const far = await listExpiring(tx, { ...window, after: nearDays, days: farDays });
    const catalog = await getCatalog(tx);
    const announce = (mailboxes: readonly DueMailbox[], days: number) => priced(mailboxes, { accounts, catalog, days });
    const drafts = [...announce(near, nearDays), ...announce(far.filter(isLong), farDays)];
    await recordEvents(tx, act, drafts);
    await remember(tx, act, [...accounts.keys()]);
    return drafts.length;
  },
};

type NoticeDays = { notice_days: number; long_notice_days: number };

// Only the days that came nearer since each customer was last looked after.
async function customersToTell(db: Db, on: Temporal.PlainDate, days: NoticeDays): Promise<bigint[]> {
  const { rows } = await sql<{ customer_id: bigint }>`
    select distinct m.customer_id
      from mailboxes m join accounts a on a.customer_id = m.customer_id
     where m.due_on > ${on} and m.due_on <= ${on.add({ days: Math.max(days.notice_days, days.long_notice_days) })}
       and (a.noticed_on is null or a.noticed_on < ${on})
       and (m.due_on <= ${on.add({ days: days.notice_days })} and m.due_on > coalesce(a.noticed_on, ${on}::date - ${days.notice_days}::int) + ${days.notice_days}::int
         or m.mode = 'yearly' and m.due_on > coalesce(a.noticed_on, ${on}::date - ${days.long_notice_days}::int) + ${days.long_notice_days}::int)
       and m.state = 'active' and m.mode <> 'none' and not m.parked`.execute(db);
  return rows.map((row) => row.customer_id);
}

type Expiring = DueMailbox & { platform: string };

async function listExpiring(
  tx: Tx,
  window: { customerIds: readonly bigint[]; on: Temporal.PlainDate; after: number; days: number },
): Promise<Expiring[]> {
  const { customerIds, on, after, days } = window;
  const { rows } = await sql<Expiring>`
    select m.customer_id as "customerId", m.mailbox_id as "mailboxId", m.platform_id as "platformId", p.name as platform,
           m.plan_id as "planId", m.address, m.state, m.suspended_for as "suspendedFor", m.mode, m.later_mode as "laterMode",
           m.anchor_on as "anchorOn", m.chain, m.expires_on as "expiresOn", p.terminated_at is not null as terminated
      from mailboxes m
      join accounts a on a.customer_id = m.customer_id
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
     where m.customer_id = any(${customerIds}::bigint[]) and not m.parked and m.state = 'active'
       and m.due_on > greatest(${on.add({ days: after })}::date, a.noticed_on + ${days}::int) and m.due_on <= ${on.add({ days })}
     order by m.customer_id, m.expires_on, m.mailbox_id`.execute(tx);
  return rows;
}

function isLong(mailbox: DueMailbox): boolean {
  return mailbox.mode === 'yearly';
}

type Pricing = {
  accounts: ReadonlyMap<bigint, Account>;
  catalog: Awaited<ReturnType<typeof getCatalog>>;
  days: number;
};

function priced(mailboxes: readonly DueMailbox[], { accounts, catalog, days }: Pricing): EventDraft[] {
  const renewing = mailboxes.flatMap((mailbox) => {
    const currency = accounts.get(mailbox.customerId)?.currency ?? '';
    const decision = decideRenewal(mailbox, { catalog, currency, today: mailbox.expiresOn });
    return decision.do === 'renew' ? [{ mailbox, decision }] : [];
  });
  return [...Map.groupBy(renewing, ({ mailbox }) => `${mailbox.customerId} ${mailbox.expiresOn}`).values()].map(
    (group) => {
      const { customerId, expiresOn } = (group[0] as (typeof renewing)[number]).mailbox;
      const lines = group.map(({ mailbox, decision }) => ({
        mailbox_id: mailbox.mailboxId,
        address: mailbox.address,
        mode: decision.mode,
        ends_on: decision.endsOn,
        net: decision.net,
      }));
      const net = lines.reduce((sum, line) => sum + line.net, 0n);
      return {
        customerId,
        type: 'mailboxes.renewal_announced',
        data: { expires_on: expiresOn, days, net, mailboxes: lines },
      };
    },
  );
}

async function remember(tx: Tx, act: Act, customerIds: readonly bigint[]): Promise<void> {
  await sql`
    update accounts a set noticed_on = ${act.on}::date
      from ${columns(customerIds, { customer_id: ['bigint', (customerId) => customerId] })}
     where a.customer_id = u.customer_id and (a.noticed_on is null or a.noticed_on < ${act.on}::date)`.execute(tx);
}
