import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { makeZip } from 'client-zip';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { DocumentData } from '#domain/exports/document.ts';
import { writeDocument } from '#domain/exports/pdf.ts';
import { customerOf, transactOf } from '#http/act.ts';
import { creditNoteFacts, invoiceFacts } from '#http/api/_document-facts.ts';
import { between, type DebtState } from '#http/api/_document-lists.ts';
import { receiptFacts } from '#http/api/_document-payments.ts';
import { fileNumber, readDocuments } from '#http/api/_documents.ts';
import { archivesOpen, documentsArchived } from '#http/metrics.ts';
import { refuseRequest } from '#http/problems.ts';
import type { Tx } from '#kit/db.ts';

export const archivedKinds = ['invoices', 'credit-notes', 'receipts'] as const;
type Kind = (typeof archivedKinds)[number];

/** Which documents: of all kinds, or of one; issued between two days, both included; invoices also by their state. */
export type ArchiveWish = { kind?: Kind; from?: string; until?: string; state?: DebtState };

/**
 * Sends the PDFs that a filter means as one ZIP, oldest first, each kind in a folder of its own. They are read and drawn
 * a few at a time and no faster than the reader takes them; whoever goes away ends the work. Refuses `no_documents`,
 * `too_many_documents`.
 */
export async function sendArchive(request: FastifyRequest, reply: FastifyReply, wish: ArchiveWish): Promise<never> {
  const keys = await transactOf(request)((tx) => listKeys(tx, customerOf(request), wish));
  if (keys.length === 0) throw refuseRequest('no_documents');
  if (keys.length > most) throw refuseRequest('too_many_documents');
  const stream = Readable.fromWeb(makeZip(drawn(request, keys)) as never);
  stream.on('error', (error: Error) => {
    if (!reply.raw.destroyed)
      request.log.error({ err: error, route: request.routeOptions.url }, 'an archive broke off');
  });
  const name = [wish.kind ?? 'documents', wish.state, wish.from, wish.until].filter(Boolean).join('-');
  reply
    .header('content-disposition', `attachment; filename="${name}.zip"`)
    .header('rinnovo-documents', keys.length)
    .type('application/zip')
    .serializer((body) => body as never);
  return reply.send(stream) as never;
}

// What one may wait for: about two minutes of drawing.
const most = 10_000;

type DocumentKey = { kind: Kind; id: bigint };

async function listKeys(tx: Tx, customerId: bigint, wish: ArchiveWish): Promise<DocumentKey[]> {
  const isWished = (kind: Kind) => sql.lit((wish.kind ?? kind) === kind);
  const state = wish.state ?? null;
  const { rows } = await sql<DocumentKey>`
    select kind, id from (
      select 1 as place, 'invoices' as kind, i.invoice_id as id, i.issued_on as day
        from invoices i left join debts d on d.customer_id = i.customer_id and d.invoice_id = i.invoice_id
       where i.customer_id = ${customerId} and ${isWished('invoices')} and ${between(sql`i.issued_on`, wish)}
         and (${state}::text is null or coalesce(d.state, 'settled') = ${state})
      union all
      select 2, 'credit-notes', credit_note_id, issued_on from credit_notes
       where customer_id = ${customerId} and ${isWished('credit-notes')} and ${between(sql`issued_on`, wish)}
      union all
      select 3, 'receipts', payment_id, received_on from payments
       where customer_id = ${customerId} and ${isWished('receipts')} and ${between(sql`received_on`, wish)}) d
     order by place, day, id limit ${most + 1}`.execute(tx);
  return rows;
}

const facts = { invoices: invoiceFacts, 'credit-notes': creditNoteFacts, receipts: receiptFacts };

// So many are held at a time. No transaction stays open while the reader reads.
const atOnce = 20;

async function* drawn(request: FastifyRequest, keys: readonly DocumentKey[]) {
  archivesOpen.inc();
  try {
    for (let at = 0; at < keys.length; at += atOnce) yield* drawSome(request, keys.slice(at, at + atOnce));
  } finally {
    archivesOpen.dec();
  }
}

async function* drawSome(request: FastifyRequest, keys: readonly DocumentKey[]) {
  const customerId = customerOf(request);
  const wanted = keys.map(({ kind, id }) => ({ key: { customerId, id }, facts: facts[kind] }));
  const documents = await transactOf(request)((tx) => readDocuments(tx, customerId, wanted));
  for (const [i, { data, language }] of documents.entries()) {
    const input = await inTurn(() => writeDocument(data, language));
    documentsArchived.inc();
    yield { name: `${keys[i]?.kind}/${fileName(data)}`, lastModified: noonOf(data), input };
  }
}

// One drawing at a time in this process, however many archives are made: each takes the processor for some milliseconds,
// and whoever asks for anything else is answered in between.
let drawing: Promise<unknown> = Promise.resolve();

function inTurn<T>(draw: () => Promise<T>): Promise<T> {
  const mine = drawing.then(() => turn()).then(draw);
  drawing = mine.catch(() => undefined);
  return mine;
}

function fileName(data: DocumentData): string {
  return `${data.issuedOn}-${fileNumber(data)}.pdf`;
}

// A ZIP tells the time of the place it was made in: noon is the same day everywhere.
function noonOf({ issuedOn: { year, month, day } }: DocumentData): Date {
  return new Date(year, month - 1, day, 12);
}
