import Type from 'typebox';
import { archivedKinds, sendArchive } from '#http/api/_document-archive.ts';
import type { App } from '#http/context.ts';
import { refuseRequest } from '#http/problems.ts';
import { Day, Strict, Word } from '#http/schemas.ts';

/** All documents that a filter means, as PDF in one file (R36). */
export function documentArchiveRoutes(app: App): void {
  app.get(
    '/v1/document-archives',
    {
      // An archive is long work for the machine: one person does not need many a minute.
      config: { access: { customer: 'money:read' }, fresh: true, rateLimit: { max: 60, timeWindow: '1 minute' } },
      schema: {
        summary: 'Invoices, credit notes and receipts as PDF in one ZIP, oldest first',
        description:
          'Without `kind` all of them; `from` and `until`, both included, are days of issue; `state` is one of invoices. At most 10,000 documents; the header `rinnovo-documents` tells how many they are.',
        querystring: Strict({
          kind: Type.Optional(Word(...archivedKinds)),
          from: Type.Optional(Day),
          until: Type.Optional(Day),
          state: Type.Optional(Word('open', 'settled', 'written_off')),
        }),
      },
    },
    (request, reply) => {
      const { state, kind } = request.query;
      if (state !== undefined && kind !== 'invoices') {
        throw refuseRequest('invalid_input', { fields: [{ name: 'state', rule: 'is for invoices only' }] });
      }
      return sendArchive(request, reply, request.query);
    },
  );
}
