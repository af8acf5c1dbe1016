import { readSellerClock } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import type { Moment } from '#kit/clock.ts';
import type { Db, Tx } from '#kit/db.ts';

/** What time it is for the business, on the seller's wall calendar; in the sandbox the clock may stand elsewhere. */
export async function currentMoment(db: Db | Tx): Promise<Moment> {
  return (await readSellerClock(db))();
}

/** An act of whoever has this command line, who is an operator by having it. */
export async function operatorAct(db: Db | Tx): Promise<Act> {
  return { actor: 'operator:cli', ...(await currentMoment(db)) };
}
