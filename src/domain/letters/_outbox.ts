import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { columns, type Db, transaction } from '#kit/db.ts';
import { accountKinds } from './account-letters.ts';
import type { DeliveryDecision } from './decide-delivery.ts';

export type Claimed = {
  customerId: bigint;
  letterId: bigint;
  recipient: string;
  language: string;
  subject: string;
  html: string;
  text: string;
  messageId: string;
  writtenAt: Temporal.Instant;
  attempts: number;
  state: 'written' | 'withdrawn';
};

export type Claim = { at: Temporal.Instant; until: Temporal.Instant; size: number };

/**
 * Takes a batch of due letters until `until`: nobody else sends them meanwhile, and if we die somebody will afterwards
 * (P9). A letter about a debt that is paid by now is withdrawn instead (R34). Of two processes that saw the same rows the
 * second waits for the first and then finds them no longer due.
 */
export function claimLetters(db: Db, { at, until, size }: Claim): Promise<Claimed[]> {
  return transaction(db, async (tx) => {
    const due = await sql<{ customerId: bigint; letterId: bigint }>`
      select customer_id as "customerId", letter_id as "letterId" from letters
       where send_after <= ${at} order by send_after limit ${size}`.execute(tx);
    if (due.rows.length === 0) return [];
    const { rows } = await sql<Claimed>`
      update letters l
         set state = case when d.invoice_id is null then 'written' else 'withdrawn' end,
             send_after = case when d.invoice_id is null then ${until}::timestamptz end,
             attempts = l.attempts + (d.invoice_id is null)::int, failure = ''
        from ${columns(due.rows, {
          customer_id: ['bigint', (row) => row.customerId],
          letter_id: ['bigint', (row) => row.letterId],
        })}
        left join (letters w join debts d on d.customer_id = w.customer_id and d.invoice_id = w.invoice_id and d.state <> 'open')
          on w.customer_id = u.customer_id and w.letter_id = u.letter_id
       where l.customer_id = u.customer_id and l.letter_id = u.letter_id and l.send_after <= ${at}
      returning l.customer_id as "customerId", l.letter_id as "letterId", l.recipient, l.language, l.subject, l.html,
                l.body as text, l.message_id as "messageId", l.written_at as "writtenAt", l.attempts, l.state`.execute(
      tx,
    );
    return rows;
  });
}

export type Tried = { letter: Claimed; at: Temporal.Instant; decision: DeliveryDecision };

/**
 * Writes what became of letters, in one statement. What a letter about a login said is forgotten once it is out, or never will be: its link
 * opens a door, and the archive is for reading.
 */
export async function writeTried(db: Db, tried: readonly Tried[]): Promise<void> {
  if (tried.length === 0) return;
  await sql`
    update letters l
       set state = u.state, sent_at = u.sent_at, send_after = u.send_after, failure = u.failure,
           html = case when u.state <> 'written' and l.kind = any(${accountKinds}::text[]) then '' else l.html end,
           body = case when u.state <> 'written' and l.kind = any(${accountKinds}::text[]) then '' else l.body end
      from ${columns(tried, {
        customer_id: ['bigint', ({ letter }) => letter.customerId],
        letter_id: ['bigint', ({ letter }) => letter.letterId],
        state: ['text', ({ decision }) => decision.state],
        sent_at: ['timestamptz', ({ at, decision }) => (decision.state === 'sent' ? at : null)],
        send_after: [
          'timestamptz',
          ({ at, decision }) => (decision.state === 'written' ? at.add(decision.after) : null),
        ],
        failure: ['text', ({ decision }) => ('failure' in decision ? decision.failure.slice(0, 500) : '')],
      })}
     where l.customer_id = u.customer_id and l.letter_id = u.letter_id and l.state = 'written'`.execute(db);
}

/** Keeps letters that are still being sent out of the hands of others. */
export async function extendLeases(db: Db, letters: readonly Claimed[], until: Temporal.Instant): Promise<void> {
  await sql`
    update letters l set send_after = ${until}
      from ${columns(letters, {
        customer_id: ['bigint', (letter) => letter.customerId],
        letter_id: ['bigint', (letter) => letter.letterId],
      })}
     where l.customer_id = u.customer_id and l.letter_id = u.letter_id and l.state = 'written'`.execute(db);
}

/** How many letters were claimed and are not out: under a lease or after it, not put off after a failure. */
export async function countOutstanding(db: Db, at: Temporal.Instant, leaseSeconds: number): Promise<number> {
  const { rows } = await sql<{ outstanding: bigint }>`
    select count(*) as outstanding from letters
     where send_after <= ${at.add({ seconds: leaseSeconds })} and attempts > 0 and failure = ''`.execute(db);
  return Number(rows[0]?.outstanding ?? 0);
}
