import type { Effect } from '#domain/events/effect.ts';
import type { Reaction } from '#domain/events/reaction.ts';
import type { EventType } from '#domain/events/types.ts';
import type { Db } from '#kit/db.ts';

/** What the business day runs with: its database, what follows from events, and the ways out to mail, money and platforms. */
export type Engine = {
  /** The door of the system role: sees every customer. */
  db: Db;
  /** How many batches run at once, each on its own connection. */
  workers: number;
  reactions: ReadonlyMap<EventType, readonly Reaction[]>;
  effects: readonly Effect[];
  /** Hears of what was set aside or failed; for the log. */
  tell(message: string, details: object): void;
};

/** Customers in one transaction: enough for set-based statements to pay off, few enough to wait for each other briefly. */
export const batchSize = 500;
