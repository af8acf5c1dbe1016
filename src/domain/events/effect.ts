import type { Clock, Moment } from '#kit/clock.ts';

/**
 * Work outside the database: charges, refunds, letters, provisioning. `drive` claims some of what is due by a lease,
 * does it outside any transaction, and writes what came of it. A process that dies leaves a lease that runs out.
 */
export type Effect = {
  name: string;
  /** Returns how many things were dealt with; 0 when nothing is due. */
  drive(clock: Clock): Promise<number>;
  /**
   * How many things are not over: held by somebody under a lease that runs out shortly, or by nobody any more, because
   * the lease of one who died has run out since `drive` looked.
   */
  outstanding(moment: Moment): Promise<number>;
};
