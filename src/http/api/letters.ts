import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { customerOf, read } from '#http/act.ts';
import type { App } from '#http/context.ts';
import { refuseRequest } from '#http/problems.ts';
import { Id, IdParams, Instant, Maybe, Page, PageQuery, readCursor, Strict, toPage, Word } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const Letter = Type.Object({
  letter_id: Id,
  kind: Type.String(),
  language: Type.String(),
  recipient: Type.String(),
  subject: Type.String(),
  state: Word('written', 'sent', 'refused', 'withdrawn'),
  written_at: Instant,
  sent_at: Maybe(Instant),
});

// They carry a link that opens a login: their recipient has them, nobody else reads them here.
const personal = ['password_reset', 'invitation'];

/** Every letter as it was sent (R33). */
export function letterRoutes(app: App): void {
  const config = { access: { customer: 'letters:read' } } as const;
  app.get(
    '/v1/letters',
    {
      config,
      schema: {
        summary: 'Letters, newest first',
        querystring: Strict({ ...PageQuery, kind: Type.Optional(Type.String({ maxLength: 40 })) }),
        response: { 200: Page(Letter) },
      },
    },
    (request) => read(request, (tx) => listLetters(tx, customerOf(request), request.query)),
  );

  app.get(
    '/v1/letters/:id',
    {
      config,
      schema: {
        summary: 'One letter as sent',
        params: IdParams,
        response: { 200: Type.Object({ ...Letter.properties, html: Type.String(), text: Type.String() }) },
      },
    },
    (request) =>
      read(request, async (tx) => {
        const { rows } = await sql<LetterLine & { html: string; text: string }>`
          select ${columns}, html, body as text from letters
           where customer_id = ${customerOf(request)} and letter_id = ${BigInt(request.params.id)}
             and kind <> all(${personal}::text[])`.execute(tx);
        if (!rows[0]) throw refuseRequest('not_found');
        return rows[0];
      }),
  );
}

type LetterLine = {
  letter_id: bigint;
  kind: string;
  language: string;
  recipient: string;
  subject: string;
  state: 'written' | 'sent' | 'refused' | 'withdrawn';
  written_at: Temporal.Instant;
  sent_at: Temporal.Instant | null;
};

const columns = sql`letter_id, kind, language, recipient, subject, state, written_at, sent_at`;

async function listLetters(tx: Tx, customerId: bigint, query: { cursor?: string; limit: number; kind?: string }) {
  const before = readCursor(query.cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<LetterLine>`
    select ${columns} from letters
     where customer_id = ${customerId} and kind <> all(${personal}::text[])
       and (${before}::bigint is null or letter_id < ${before}::bigint)
       and (${query.kind ?? null}::text is null or kind = ${query.kind ?? null})
     order by letter_id desc limit ${query.limit + 1}`.execute(tx);
  return toPage(rows, query.limit, (row) => [row.letter_id]);
}
