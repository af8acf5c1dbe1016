import { sql } from 'kysely';
import type { Process } from '#domain/events/process.ts';
import type { Happened } from '#domain/events/reaction.ts';
import type { EventType } from '#domain/events/types.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { columns, type Tx } from '#kit/db.ts';
import type { Engine } from '#worker/engine.ts';

/**
 * Does what follows from events, in the order in which they happened to each customer, and takes them off the list in
 * the same transaction. Types are handled one after the other, in the order of the first event of each: what a customer
 * sees follows what happened.
 */
export function reactTo(reactions: Engine['reactions']): Process {
  return {
    name: 'reactions',
    plan: async (db) => {
      const { rows } = await sql<{ customer_id: bigint }>`select distinct customer_id from reactions`.execute(db);
      return rows.map((row) => row.customer_id);
    },
    run: async (tx, act, customerIds) => {
      const accounts = await lockAccounts(tx, customerIds);
      const events = await listPending(tx, [...accounts.keys()]);
      for (const [type, happened] of Map.groupBy(events, (event) => event.type)) {
        for (const reaction of reactions.get(type) ?? []) await reaction(tx, act, happened);
      }
      await forget(tx, events);
      return events.length;
    },
  };
}

// A bound per transaction: a customer of a thousand letters does not hold the others.
const most = 2_000;

async function listPending(tx: Tx, customerIds: readonly bigint[]): Promise<Happened[]> {
  const { rows } = await sql<Happened & { type: EventType }>`
    select e.customer_id as "customerId", e.event_id as "eventId", e.type, e.at, e.actor, e.data
      from reactions r
      join events e on e.customer_id = r.customer_id and e.event_id = r.event_id
     where r.customer_id = any(${customerIds}::bigint[])
     order by e.event_id limit ${most}`.execute(tx);
  return rows;
}

async function forget(tx: Tx, events: readonly Happened[]): Promise<void> {
  await sql`
    delete from reactions r
     using ${columns(events, {
       customer_id: ['bigint', (event) => event.customerId],
       event_id: ['bigint', (event) => event.eventId],
     })}
     where r.customer_id = u.customer_id and r.event_id = u.event_id`.execute(tx);
}
