import { sql } from 'kysely';
import { type List, ownedBy } from '#domain/exports/_list.ts';

// The text of a letter stays in the archive: it may carry a link that opens an order or sets a password.
export const letters: List = {
  columns: [
    ['written_at', 'instant'],
    ['customer', 'text'],
    ['kind', 'text'],
    ['step', 'text'],
    ['language', 'text'],
    ['recipient', 'text'],
    ['subject', 'text'],
    ['state', 'text'],
    ['sent_at', 'instant'],
    ['message_id', 'text'],
  ],
  query: (customerId) => sql`
    select l.written_at, c.code as customer, l.kind, l.step, l.language, l.recipient, l.subject, l.state, l.sent_at, l.message_id
      from letters l join customers c on c.customer_id = l.customer_id
     where ${ownedBy(customerId, 'l')}
     order by l.written_at, l.letter_id`,
};

export const events: List = {
  columns: [
    ['at', 'instant'],
    ['customer', 'text'],
    ['type', 'text'],
    ['actor', 'text'],
    ['data', 'json'],
  ],
  query: (customerId) => sql`
    select e.at, c.code as customer, e.type, e.actor, e.data
      from events e join customers c on c.customer_id = e.customer_id
     where ${ownedBy(customerId, 'e')}
     order by e.at, e.event_id`,
};
