import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { columns, type Db } from '#kit/db.ts';

/** A letter as it came over the wire. */
export type Caught = { from: string; to: string[]; raw: Buffer; caughtAt: Temporal.Instant };

/** Keeps letters in one statement. Answers the Message-ID of each, null where it has none. */
export async function insertCaught(db: Db, letters: Caught[]): Promise<(string | null)[]> {
  const ids = letters.map((letter) => messageIdOf(letter.raw));
  const rows = columns(
    letters.map((letter, i) => ({ ...letter, messageId: ids[i] ?? null })),
    {
      message_id: ['text', (l) => l.messageId],
      envelope_from: ['text', (l) => l.from],
      // one text per row, because an array of arrays must be rectangular
      envelope_to: ['text', (l) => l.to.join(' ')],
      raw: ['bytea', (l) => l.raw],
      caught_at: ['timestamptz', (l) => l.caughtAt],
    },
  );
  await sql`
    insert into sandbox.caught_letters (message_id, envelope_from, envelope_to, raw, caught_at)
    select u.message_id, u.envelope_from, string_to_array(u.envelope_to, ' '), u.raw, u.caught_at from ${rows}`.execute(
    db,
  );
  return ids;
}

/** How many copies with this Message-ID have come. */
export async function countCopies(db: Db, messageId: string | null): Promise<number> {
  const result = await sql<{ copies: bigint }>`
    select count(*) as copies from sandbox.caught_letters where message_id = ${messageId}`.execute(db);
  return Number(result.rows[0]?.copies ?? 0);
}

function messageIdOf(raw: Buffer): string | null {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw.toString('latin1', 0, end < 0 ? raw.length : end);
  return /^message-id:\s*(<[^>\0]+>)/im.exec(head)?.[1] ?? null;
}
