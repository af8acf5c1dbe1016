import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type EventType, eventTypes } from '#domain/events/types.ts';
import { columns, type Tx } from '#kit/db.ts';

/** Who does something, at which instant, and on which business day of the seller's zone. */
export type Act = { actor: string; at: Temporal.Instant; on: Temporal.PlainDate };

export type EventDraft = { customerId: bigint; type: EventType; data: EventData };
export type EventData = { [key: string]: EventValue };
export type EventValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Temporal.PlainDate
  | readonly EventValue[]
  | EventData;

/**
 * Writes business facts in the transaction that makes them true (P8). A fact with consequences leaves a row in
 * `reactions`, which goes away in the transaction of those consequences: neither can be lost or happen twice.
 */
export async function recordEvents(tx: Tx, act: Act, drafts: readonly EventDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  await sql`
    with written as (
      insert into events (customer_id, type, at, actor, data)
      select u.customer_id, u.type, ${act.at}::timestamptz, ${act.actor}, u.data
        from ${columns(drafts, {
          customer_id: ['bigint', (draft) => draft.customerId],
          type: ['text', (draft) => draft.type],
          data: ['jsonb', (draft) => JSON.stringify(draft.data, jsonValue)],
        })}
      returning customer_id, event_id, type)
    insert into reactions (customer_id, event_id)
    select customer_id, event_id from written where type = any(${followed}::text[])`.execute(tx);
}

const followed = Object.entries(eventTypes)
  .filter(([, what]) => what === 'followed')
  .map(([type]) => type);

// Amounts and ids stay below 2^53 for as long as a currency has cents.
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit JSON`);
  return number;
}
