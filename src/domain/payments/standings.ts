import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { MethodStanding } from '#domain/payments/decide-health.ts';
import { columns, type Tx } from '#kit/db.ts';

/** How a customer's methods stand: those that would be charged, in order, and whether there ever was one. */
export type Standings = {
  chain: (MethodStanding & {
    toldOn: Temporal.PlainDate | null;
    checkedAt: Temporal.Instant | null;
    checkAfter: Temporal.Instant | null;
  })[];
  hadMethods: boolean;
};

/** Whether a method's bank wanted its owner: that leaves the method `m` as it is (R26), but its last finished charge remembers. */
export const wantsOwner = sql`
  coalesce((select c.state = 'action_required' from charges c
             where c.customer_id = m.customer_id and c.method_id = m.method_id
               and c.state in ('succeeded', 'declined', 'action_required')
             order by c.finished_at desc, c.charge_id desc limit 1), false)`;

/** Reads that, by customer; who never had a method is left out. */
export async function readStandings(tx: Tx, customerIds: readonly bigint[]): Promise<Map<bigint, Standings>> {
  type Row = Standings['chain'][number] & { customerId: bigint; isCharged: boolean };
  const { rows } = await sql<Row>`
    select m.customer_id as "customerId", m.method_id as "methodId", m.state, m.expires_on as "expiresOn", m.failure,
           m.told_renewal_on as "toldOn", m.checked_at as "checkedAt", m.check_after as "checkAfter", ${wantsOwner} as "wantsOwner",
           m.state not in ('pending', 'removed') and (m.is_default or m.backup_rank is not null) as "isCharged"
      from payment_methods m
     where m.customer_id = any(${customerIds}::bigint[]) and m.state <> 'pending'
     order by m.customer_id, m.is_default desc, m.backup_rank nulls last, m.method_id desc`.execute(tx);
  const byCustomer = [...Map.groupBy(rows, (row) => row.customerId)];
  return new Map(
    byCustomer.map(([customerId, methods]) => {
      const chain = methods.filter((method) => method.isCharged);
      return [customerId, { chain, hadMethods: true }];
    }),
  );
}

/** Remembers up to which renewal payers were told that a method will not work; never an earlier one than before (R32). */
export async function rememberTold(
  tx: Tx,
  told: readonly { customerId: bigint; methodId: bigint; on: Temporal.PlainDate }[],
): Promise<void> {
  await sql`
    update payment_methods m set told_renewal_on = greatest(m.told_renewal_on, u.told_on)
      from ${columns(told, {
        customer_id: ['bigint', (row) => row.customerId],
        method_id: ['bigint', (row) => row.methodId],
        told_on: ['date', (row) => row.on],
      })}
     where m.customer_id = u.customer_id and m.method_id = u.method_id`.execute(tx);
}
