import type { Temporal } from 'temporal-polyfill';
import type { Act, EventData } from '#domain/events/record.ts';
import type { EventType } from '#domain/events/types.ts';
import type { Tx } from '#kit/db.ts';

/** A fact as those hear of it who follow it. `data` is what `recordEvents` was given, as JSON: amounts and ids are numbers. */
export type Happened = {
  customerId: bigint;
  eventId: bigint;
  type: EventType;
  at: Temporal.Instant;
  actor: string;
  data: EventData;
};

/**
 * What follows from facts of one type, for many at once, in one transaction that holds the customers' accounts and that
 * also takes the facts off the list of what is to follow.
 */
export type Reaction = (tx: Tx, act: Act, events: readonly Happened[]) => Promise<void>;
