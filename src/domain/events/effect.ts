import type { Clock, Moment } from '#kit/clock.ts';

/**
 * Work outside the database: charges, refunds, letters, provisioning. `drive` claims some of what is due by a lease,
 * does it outside any transaction, and writes what came of it. A process that dies leaves a lease that runs out.
 */
export type Effect = {
  name: string;
  /** Returns how many things were dealt with; 0 when nothing is due. */
  drive(clock: Clock): Promise<number>;
  /** How many things somebody else holds at this moment, under a lease that runs out shortly. */
  leased(moment: Moment): Promise<number>;
};
