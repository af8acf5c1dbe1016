import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { getCatalog } from '#domain/catalog/list.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Process } from '#domain/events/process.ts';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { listExpiring, type Renewal, renewalsOf, type Upcoming } from '#domain/renewals/_upcoming.ts';
import { listUnlooked, noteLook } from '#domain/renewals/looks.ts';
import { daysBetween } from '#kit/dates.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Announces renewals to those who will pay them (R33): 15 days before, and for terms longer than a month also 40 days
 * before, with what it will cost by the same decision that will renew. Everybody is looked at once a day, and again when
 * more renews than was told. Each mailbox remembers what was told of its present expiry, so that none is missed, however
 * late it comes into view, and none is announced twice. A notice names all that renews on its day, so that its sum is right.
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
  const days = { near: policy.notice_days, far: policy.long_notice_days };
  const window = { customerIds: [...accounts.keys()], on: act.on, days: Math.max(days.near, days.far) };
  const renewals = renewalsOf(await listExpiring(tx, window), { accounts, catalog: await getCatalog(tx) });
  const notices = renewals.flatMap((renewal): Notice[] => {
    // When both are owed at once, after an outage, the nearer one says it all.
    const kind = daysBetween(act.on, renewal.on) <= days.near ? 'near' : 'far';
    const news = renewal.renewing.map(({ mailbox }) => mailbox).filter((mailbox) => isOwed(mailbox, kind));
    return news.length > 0 ? [{ renewal, kind, news, days: days[kind] }] : [];
  });
  await remember(tx, notices);
  return notices.map(announcement);
}

/** What will be told of one customer's day; `news`: the mailboxes of which it was not told yet. */
type Notice = { renewal: Renewal; kind: 'far' | 'near'; news: Upcoming[]; days: number };

function isOwed({ mode, noticed }: Upcoming, kind: Notice['kind']): boolean {
  return kind === 'near' ? noticed !== 'near' : noticed === null && mode === 'yearly';
}

type NoticeDays = { notice_days: number; long_notice_days: number };

// The same question as `isOwed`, of everybody at once: nothing is locked and read for those who were told everything.
async function customersToTell(
  tx: Tx,
  on: Temporal.PlainDate,
  { policy: days, customerIds }: Concerned,
): Promise<bigint[]> {
  const { rows } = await sql<{ customer_id: bigint }>`
    select distinct m.customer_id
      from mailboxes m
     where m.customer_id = any(${customerIds}::bigint[])
       and m.due_on > ${on} and m.due_on <= ${on.add({ days: Math.max(days.notice_days, days.long_notice_days) })}
       and (m.noticed is null and m.mode = 'yearly'
         or m.noticed is distinct from 'near' and m.due_on <= ${on.add({ days: days.notice_days })})
       and m.state = 'active' and m.mode <> 'none' and not m.parked
       and exists (select from platforms p
                    where p.customer_id = m.customer_id and p.platform_id = m.platform_id and p.terminated_at is null)`.execute(
    tx,
  );
  return rows.map((row) => row.customer_id);
}

function announcement({ renewal: { customerId, on, net, renewing }, days }: Notice): EventDraft {
  const mailboxes = renewing.map(({ mailbox, decision }) => ({
    mailbox_id: mailbox.mailboxId,
    address: mailbox.address,
    mode: decision.mode,
    ends_on: decision.endsOn,
    net: decision.net,
  }));
  return { customerId, type: 'mailboxes.renewal_announced', data: { expires_on: on, days, net, mailboxes } };
}

async function remember(tx: Tx, notices: readonly Notice[]): Promise<void> {
  const told = notices.flatMap(({ news, kind }) => news.map((mailbox) => ({ ...mailbox, kind })));
  if (told.length === 0) return;
  await sql`
    update mailboxes m set noticed = u.noticed
      from ${columns(told, {
        customer_id: ['bigint', (mailbox) => mailbox.customerId],
        mailbox_id: ['bigint', (mailbox) => mailbox.mailboxId],
        noticed: ['text', (mailbox) => mailbox.kind],
      })}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id`.execute(tx);
}
