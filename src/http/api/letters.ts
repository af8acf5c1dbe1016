import Type from 'typebox';
import { getLetter, type LetterLine, listLetters } from '#domain/letters/list.ts';
import { customerOf, read } from '#http/act.ts';
import type { App } from '#http/context.ts';
import {
  Id,
  IdParams,
  Instant,
  Maybe,
  Page,
  PageQuery,
  readCursor,
  Strict,
  Text,
  toPage,
  Word,
} from '#http/schemas.ts';

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

/** Every letter as it was sent (R33). */
export function letterRoutes(app: App): void {
  const config = { access: { customer: 'letters:read' } } as const;
  app.get(
    '/v1/letters',
    {
      config,
      schema: {
        summary: 'Letters, newest first',
        querystring: Strict({ ...PageQuery, kind: Type.Optional(Text(40, 0)) }),
        response: { 200: Page(Letter) },
      },
    },
    (request) =>
      read(request, async (tx) => {
        const { cursor, limit, kind } = request.query;
        const before = readCursor(cursor, ['number'])?.[0];
        const wish = { ...(before !== undefined && { before: BigInt(before) }), ...(kind !== undefined && { kind }) };
        const letters = await listLetters(tx, { customerId: customerOf(request), limit: limit + 1, ...wish });
        return toPage(letters.map(lineOf), limit, (letter) => [letter.letter_id]);
      }),
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
        const key = { customerId: customerOf(request), letterId: BigInt(request.params.id) };
        const letter = await getLetter(tx, key);
        return { ...lineOf(letter), html: letter.html, text: letter.text };
      }),
  );
}

function lineOf(letter: LetterLine) {
  return {
    letter_id: letter.letterId,
    kind: letter.kind,
    language: letter.language,
    recipient: letter.recipient,
    subject: letter.subject,
    state: letter.state,
    written_at: letter.writtenAt,
    sent_at: letter.sentAt,
  };
}
