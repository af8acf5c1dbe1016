import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type DueMailbox, dueColumns } from '#domain/platforms/due.ts';
import type { Renewable } from '#domain/renewals/decide.ts';
import type { Db, Tx } from '#kit/db.ts';

type Day = Temporal.PlainDate;

/** Everything the coming terms of a mailbox depend on: what two of them have in common here happens to both. */
export type Situation = Renewable & Pick<DueMailbox, 'laterMode'>;
/** A mailbox that may renew, with the names a forecast tells. */
export type Live = DueMailbox & { platform: string; plan: string };

const pageSize = 500;

/** The ids of all customers by code, some hundreds at once; of those alone that are named. */
export async function* customerPages(
  db: Db | Tx,
  named: readonly bigint[] | undefined,
): AsyncGenerator<readonly bigint[]> {
  for (let i = 0; named && i < named.length; i += pageSize) yield named.slice(i, i + pageSize);
  if (named) return;
  for (let after = ''; ; ) {
    const { rows } = await sql<{ id: bigint; code: string }>`
      select customer_id as id, code from customers where code > ${after} order by code limit ${pageSize}`.execute(db);
    if (rows.length > 0) yield rows.map((row) => row.id);
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.code ?? '';
  }
}

/** The mailboxes of these customers that may be invoiced before a day: neither suspended nor set aside (R16, R29). */
export async function listLive(db: Db | Tx, { ids, until }: { ids: readonly bigint[]; until: Day }): Promise<Live[]> {
  const { rows } = await sql<Live>`
    select ${dueColumns}, p.name as platform, plans.code as plan
      from mailboxes m
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
      join plans on plans.plan_id = m.plan_id
     where m.customer_id = any(${ids}::bigint[]) and m.state = 'active' and m.expires_on < ${until}
       and not m.parked and not exists (select from accounts a where a.customer_id = m.customer_id and a.parked)
     order by p.name, m.address, m.mailbox_id`.execute(db);
  return rows;
}

type Asked = { customerId: bigint; until: Day };

/** The same of one customer, counted by what their coming terms depend on. */
export async function listSituations(db: Db | Tx, asked: Asked): Promise<(Situation & { mailboxes: bigint })[]> {
  const { customerId, until } = asked;
  // Any anchor of the group will do: only its day of the month counts (R13). Counted before anything is joined to it.
  const { rows } = await sql<Situation & { mailboxes: bigint }>`
    with situations as (
      select m.customer_id, m.platform_id, m.plan_id, m.state, m.suspended_for, m.mode, m.later_mode, m.expires_on,
             min(m.anchor_on) as anchor_on, count(*) as mailboxes
        from mailboxes m
       where m.customer_id = ${customerId} and m.state = 'active' and m.expires_on < ${until} and not m.parked
         and not exists (select from accounts where customer_id = ${customerId} and parked)
       group by m.customer_id, m.platform_id, m.plan_id, m.state, m.suspended_for, m.mode, m.later_mode, m.expires_on,
                extract(day from m.anchor_on))
    select s.plan_id as "planId", s.state, s.suspended_for as "suspendedFor", s.mode, s.later_mode as "laterMode",
           s.anchor_on as "anchorOn", s.expires_on as "expiresOn", p.terminated_at is not null as terminated, s.mailboxes
      from situations s
      join platforms p on p.customer_id = s.customer_id and p.platform_id = s.platform_id`.execute(db);
  return rows;
}
