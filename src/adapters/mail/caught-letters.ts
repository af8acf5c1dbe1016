import { sql } from 'kysely';
import { simpleParser } from 'mailparser';
import type { Temporal } from 'temporal-polyfill';
import type { Db } from '#kit/db.ts';

/** A caught letter in a list: `copies` above 1 means that it was sent again because our answer was lost. */
export type CaughtLetter = {
  id: bigint;
  caughtAt: Temporal.Instant;
  messageId: string | null;
  from: string;
  to: string[];
  subject: string;
  copies: number;
};

/** A caught letter opened: what its reader would see, and its source. */
export type OpenedLetter = Omit<CaughtLetter, 'copies'> & {
  html: string;
  text: string;
  language: string;
  source: string;
};

/** The caught letters, newest first. `before` an id gives the next page; `to` keeps one recipient's. */
export async function listCaughtLetters(
  db: Db,
  { limit = 50, before, to }: { limit?: number; before?: bigint; to?: string } = {},
): Promise<CaughtLetter[]> {
  const result = await sql<Row & { copies: bigint }>`
    select id, message_id, envelope_from, envelope_to, substring(raw for 4096) as raw, caught_at,
      (select count(*) from sandbox.caught_letters same where same.message_id = letter.message_id) as copies
    from sandbox.caught_letters letter
    where (${before ?? null}::bigint is null or id < ${before ?? null}) and (${to ?? null}::text is null or ${to ?? null} = any(envelope_to))
    order by id desc limit ${limit}`.execute(db);
  return Promise.all(
    result.rows.map(async (row) => {
      const { subject } = await simpleParser(headOf(row.raw));
      return { ...plain(row), subject: subject ?? '', copies: Math.max(1, Number(row.copies)) };
    }),
  );
}

/** One caught letter, or undefined when there is none with this id. */
export async function findCaughtLetter(db: Db, id: bigint): Promise<OpenedLetter | undefined> {
  const result = await sql<Row>`
    select id, message_id, envelope_from, envelope_to, raw, caught_at from sandbox.caught_letters where id = ${id}`.execute(
    db,
  );
  const row = result.rows[0];
  if (!row) return undefined;
  const parsed = await simpleParser(row.raw, { skipHtmlToText: true, skipTextToHtml: true });
  return {
    ...plain(row),
    subject: parsed.subject ?? '',
    html: parsed.html || '',
    text: parsed.text ?? '',
    language: String(parsed.headers.get('content-language') ?? ''),
    source: row.raw.toString('utf8'),
  };
}

type Row = {
  id: bigint;
  message_id: string | null;
  envelope_from: string;
  envelope_to: string[];
  raw: Buffer;
  caught_at: Temporal.Instant;
};

function plain(row: Row) {
  return {
    id: row.id,
    caughtAt: row.caught_at,
    messageId: row.message_id,
    from: row.envelope_from,
    to: row.envelope_to,
  };
}

function headOf(raw: Buffer): Buffer {
  const end = raw.indexOf('\r\n\r\n');
  return end < 0 ? raw : raw.subarray(0, end + 4);
}
