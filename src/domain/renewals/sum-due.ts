import type { Temporal } from 'temporal-polyfill';
import { customersDue } from '#domain/platforms/due.ts';
import { forecast } from '#domain/renewals/forecast.ts';
import type { Db, Tx } from '#kit/db.ts';

/** What a run of this day would renew, in net minor units of all customers together: the brake's question (R16). */
export async function sumDue(db: Db | Tx, on: Temporal.PlainDate): Promise<bigint> {
  const customerIds = await customersDue(db, on);
  let sum = 0n;
  for await (const line of forecast(db, { from: on, until: on.add({ days: 1 }), today: on, customerIds }))
    sum += line.net;
  return sum;
}
