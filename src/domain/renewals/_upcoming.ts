import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Catalog } from '#domain/catalog/list.ts';
import type { Account } from '#domain/ledger/lock.ts';
import { type DueMailbox, dueColumns } from '#domain/platforms/due.ts';
import { decideRenewal } from '#domain/renewals/decide.ts';
import type { Tx } from '#kit/db.ts';

/** A mailbox whose expiry comes, and what was told of it: the notice long before, the one shortly before, or none. */
export type Upcoming = DueMailbox & { noticed: 'far' | 'near' | null };

/** The days `(on, on + days]`; where `unjudged`, only those on which the account's methods were not judged yet. */
export type Window = { customerIds: readonly bigint[]; on: Temporal.PlainDate; days: number; unjudged?: boolean };

/** The mailboxes that expire within a window. */
export async function listExpiring(tx: Tx, { customerIds, on, days, unjudged }: Window): Promise<Upcoming[]> {
  const after = unjudged ? sql`greatest(${on}::date, a.methods_judged_to)` : sql`${on}::date`;
  const { rows } = await sql<Upcoming>`
    select ${dueColumns}, m.noticed
      from mailboxes m
      join accounts a on a.customer_id = m.customer_id
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
     where m.customer_id = any(${customerIds}::bigint[]) and not m.parked and m.state = 'active'
       and m.due_on > ${after} and m.due_on <= ${on.add({ days })}
     order by m.customer_id, m.expires_on, m.mailbox_id`.execute(tx);
  return rows;
}

export type RenewalContext = { accounts: ReadonlyMap<bigint, Account>; catalog: Catalog };

type Renewing = { mailbox: Upcoming; decision: Extract<ReturnType<typeof decideRenewal>, { do: 'renew' }> };

/** What renews for one customer on one day; `net` minor units. */
export type Renewal = { customerId: bigint; on: Temporal.PlainDate; net: bigint; renewing: Renewing[] };

/** What will renew of these mailboxes, by customer and day, by the very decision that renews (R18). */
export function renewalsOf(mailboxes: readonly Upcoming[], { accounts, catalog }: RenewalContext): Renewal[] {
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
