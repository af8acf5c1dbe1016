import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Catalog } from '#domain/catalog/list.ts';
import type { Account } from '#domain/ledger/lock.ts';
import type { DueMailbox } from '#domain/platforms/due.ts';
import { decideRenewal } from '#domain/renewals/decide.ts';
import type { Tx } from '#kit/db.ts';

/**
 * `after` and `days`: how many days from `on` the window begins and ends; `seen`: where the account remembers the day on which
 * it was last looked after.
 */
export type Window = {
  customerIds: readonly bigint[];
  on: Temporal.PlainDate;
  after: number;
  days: number;
  seen: 'noticed_on' | 'methods_judged_on';
};

/** The mailboxes that expire in a window and came into it since their customers were last looked after. */
export async function listExpiring(tx: Tx, { customerIds, on, after, days, seen }: Window): Promise<DueMailbox[]> {
  const { rows } = await sql<DueMailbox>`
    select m.customer_id as "customerId", m.mailbox_id as "mailboxId", m.platform_id as "platformId",
           m.plan_id as "planId", m.address, m.state, m.suspended_for as "suspendedFor", m.mode, m.later_mode as "laterMode",
           m.anchor_on as "anchorOn", m.chain, m.expires_on as "expiresOn", p.terminated_at is not null as terminated
      from mailboxes m
      join accounts a on a.customer_id = m.customer_id
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
     where m.customer_id = any(${customerIds}::bigint[]) and not m.parked and m.state = 'active'
       and m.due_on > greatest(${on.add({ days: after })}::date, a.${sql.ref(seen)} + ${days}::int) and m.due_on <= ${on.add({ days })}
     order by m.customer_id, m.expires_on, m.mailbox_id`.execute(tx);
  return rows;
}

export type RenewalContext = { accounts: ReadonlyMap<bigint, Account>; catalog: Catalog };

type Renewing = { mailbox: DueMailbox; decision: Extract<ReturnType<typeof decideRenewal>, { do: 'renew' }> };

/** What renews for one customer on one day; `net` minor units. */
export type Renewal = { customerId: bigint; on: Temporal.PlainDate; net: bigint; renewing: Renewing[] };

/** What will renew of these mailboxes, by customer and day, by the very decision that renews (R18). */
export function renewalsOf(mailboxes: readonly DueMailbox[], { accounts, catalog }: RenewalContext): Renewal[] {
  const renewing = mailboxes.flatMap((mailbox): Renewing[] => {
    const currency = accounts.get(mailbox.customerId)?.currency ?? '';
    const decision = decideRenewal(mailbox, { catalog, currency, today: mailbox.expiresOn });
    return decision.do === 'renew' ? [{ mailbox, decision }] : [];
  });
  return [...Map.groupBy(renewing, ({ mailbox }) => `${mailbox.customerId} ${mailbox.expiresOn}`).values()].map(
    (group) => {
      const { customerId, expiresOn } = (group[0] as Renewing).mailbox;
      const net = group.reduce((sum, { decision }) => sum + decision.net, 0n);
      return { customerId, on: expiresOn, net, renewing: group };
    },
  );
}
