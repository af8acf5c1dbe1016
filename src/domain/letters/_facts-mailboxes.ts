import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { columns, type Tx } from '#kit/db.ts';
import type { Mailbox, Mode } from './types.ts';

/** A mailbox as letters speak of it. */
export type MailboxFacts = Mailbox & {
  customerId: bigint;
  mailboxId: bigint;
  platformId: bigint;
  mode: Mode;
  expiresOn: Temporal.PlainDate;
  terminated: boolean;
  endedOn: Temporal.PlainDate | null;
};

export type MailboxKey = { customerId: bigint; mailboxId: bigint };

/** These mailboxes, by id. `timeZone` says on which day one ended. */
export async function readMailboxes(
  tx: Tx,
  keys: readonly MailboxKey[],
  timeZone: string,
): Promise<Map<bigint, MailboxFacts>> {
  const { rows } = await sql<MailboxFacts>`
    select ${mailboxColumns(timeZone)}
      from ${columns(keys, {
        customer_id: ['bigint', (key) => key.customerId],
        mailbox_id: ['bigint', (key) => key.mailboxId],
      })}
      join mailboxes m on m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id`.execute(tx);
  return new Map(rows.map((row) => [row.mailboxId, row]));
}

/** The mailboxes of these platforms that still run, by platform, the first to expire first. */
export async function readLiving(
  tx: Tx,
  platforms: readonly { customerId: bigint; platformId: bigint }[],
  timeZone: string,
): Promise<Map<bigint, MailboxFacts[]>> {
  const { rows } = await sql<MailboxFacts>`
    select ${mailboxColumns(timeZone)}
      from ${columns(platforms, {
        customer_id: ['bigint', (key) => key.customerId],
        platform_id: ['bigint', (key) => key.platformId],
      })}
      join platforms p on p.customer_id = u.customer_id and p.platform_id = u.platform_id
      join mailboxes m on m.customer_id = p.customer_id and m.platform_id = p.platform_id
     where m.state = 'active' or m.suspended_for = 'debt'
     order by m.expires_on, m.address`.execute(tx);
  return Map.groupBy(rows, (row) => row.platformId);
}

function mailboxColumns(timeZone: string) {
  return sql`
    m.customer_id as "customerId", m.mailbox_id as "mailboxId", m.platform_id as "platformId", p.name as platform, m.address,
    coalesce(m.later_mode, m.mode) as mode, m.expires_on as "expiresOn", p.terminated_at is not null as terminated,
    (m.ended_at at time zone ${timeZone}::text)::date as "endedOn"`;
}
