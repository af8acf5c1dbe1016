import type { Act } from '#domain/events/record.ts';
import type { Moment } from '#kit/clock.ts';
import type { Db, Tx } from '#kit/db.ts';

/**
 * A timed process of the business day. `plan` is a query that names the customers with something due; `run` does it
 * for some of them in one transaction: lock, read again what is due, decide, apply in bulk. What is done is no longer
 * due, so planning or running twice, or at once from two machines, does nothing twice (R14).
 */
export type Process = {
  name: string;
  plan(db: Db, moment: Moment): Promise<bigint[]>;
  /** Returns how many things were done; 0 when somebody else has done them. */
  run(tx: Tx, act: Act, customerIds: readonly bigint[]): Promise<number>;
};
