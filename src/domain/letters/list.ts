import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Db, Tx } from '#kit/db.ts';
import { refusals } from '#kit/errors.ts';
import { accountKinds } from './account-letters.ts';

const refuse = refusals({ letter_unknown: [404, 'There is no such letter.'] });

/** A letter in the customer's archive (R33). `sentAt` is null until the mail server took it. */
export type LetterLine = {
  letterId: bigint;
  kind: string;
  language: string;
  recipient: string;
  subject: string;
  state: 'written' | 'sent' | 'refused' | 'withdrawn';
  writtenAt: Temporal.Instant;
  sentAt: Temporal.Instant | null;
  failure: string;
};

export type Letter = LetterLine & { html: string; text: string; messageId: string };

/** A page of the archive: the letters older than `before` (a letter's id), `limit` at most. */
export type LetterPage = { customerId: bigint; limit: number; before?: bigint; kind?: string };

/** The letters a customer got, newest first. Those about somebody's own login are not shown: their links open doors. */
export async function listLetters(tx: Db | Tx, page: LetterPage): Promise<LetterLine[]> {
  const { customerId, limit, before = null, kind = null } = page;
  const { rows } = await sql<LetterLine>`
    select ${lineColumns} from letters
     where customer_id = ${customerId} and kind <> all(${accountKinds}::text[])
       and (${before}::bigint is null or letter_id < ${before}) and (${kind}::text is null or kind = ${kind})
     order by letter_id desc limit ${limit}`.execute(tx);
  return rows;
}

/** One letter as it was sent. Refuses `letter_unknown`, also for another customer's and for one about a login. */
export async function getLetter(
  tx: Db | Tx,
  { customerId, letterId }: { customerId: bigint; letterId: bigint },
): Promise<Letter> {
  const { rows } = await sql<Letter>`
    select ${lineColumns}, html, body as text, message_id as "messageId" from letters
     where customer_id = ${customerId} and letter_id = ${letterId} and kind <> all(${accountKinds}::text[])`.execute(
    tx,
  );
  const [letter] = rows;
  if (!letter) throw refuse('letter_unknown');
  return letter;
}

const lineColumns = sql`
  letter_id as "letterId", kind, language, recipient, subject, state, written_at as "writtenAt", sent_at as "sentAt", failure`;
