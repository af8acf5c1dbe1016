import { sql } from 'kysely';
import type { PriceChange } from '#domain/catalog/change-prices.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import type { TermMode } from '#domain/platforms/types.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Tells of changed prices to every customer whose mailboxes renew at them, once per customer and first day (R15). The
 * first price of a plan changes nothing for anybody and is not told.
 */
export async function announcePrices(tx: Tx, act: Act, changes: readonly PriceChange[]): Promise<void> {
  const changed = changes.flatMap(differences);
  if (changed.length === 0) return;
  const { rows } = await sql<Told>`
    select m.customer_id as "customerId", u.plan_id as "planId", u.mode, u.valid_from as "validFrom", u.was, u.becomes,
           count(*)::int as mailboxes
      from ${columns(changed, {
        plan_id: ['bigint', (each) => each.planId],
        currency: ['text', (each) => each.currency],
        mode: ['text', (each) => each.mode],
        valid_from: ['date', (each) => each.validFrom],
        was: ['bigint', (each) => each.was],
        becomes: ['bigint', (each) => each.becomes],
      })}
      join mailboxes m on m.plan_id = u.plan_id and m.mode = u.mode and m.state <> 'ended'
      join accounts a on a.customer_id = m.customer_id and a.currency = u.currency
     group by m.customer_id, u.plan_id, u.mode, u.valid_from, u.was, u.becomes
     order by m.customer_id, u.valid_from, u.plan_id, u.mode`.execute(tx);
  const groups = Map.groupBy(rows, (row) => `${row.customerId} ${row.validFrom}`);
  await recordEvents(tx, act, [...groups.values()].map(announcement));
}

type Difference = {
  planId: bigint;
  currency: string;
  mode: TermMode;
  validFrom: Act['on'];
  was: bigint;
  becomes: bigint;
};
type Told = Omit<Difference, 'currency'> & { customerId: bigint; mailboxes: number };

function differences({ before, after }: PriceChange): Difference[] {
  if (!before) return [];
  const { planId, currency, validFrom } = after;
  return (['monthly', 'yearly'] as const)
    .filter((mode) => before[mode] !== after[mode])
    .map((mode) => ({ planId, currency, mode, validFrom, was: before[mode], becomes: after[mode] }));
}

function announcement(rows: readonly Told[]) {
  const [{ customerId, validFrom }] = rows as [Told];
  const prices = rows.map(({ planId, mode, was, becomes }) => ({ plan_id: planId, mode, was, becomes }));
  const mailboxes = rows.reduce((sum, row) => sum + row.mailboxes, 0);
  return { customerId, type: 'prices.announced' as const, data: { valid_from: validFrom, prices, mailboxes } };
}
