import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exportList, type ListName } from '#domain/exports/lists.ts';
import { customerOf, transactOf } from '#http/act.ts';
import { refuseRequest } from '#http/problems.ts';
import type { Tx } from '#kit/db.ts';

/**
 * Sends a list of the customer's as CSV, piece by piece (R36); texts that a spreadsheet would run are neutralised. It holds
 * all of them: a filter or cursor beside it is refused by its name, rather than read over.
 */
export function sendList(request: FastifyRequest, reply: FastifyReply, name: ListName): never {
  const ignored = Object.keys(request.query as object).filter((name) => name !== 'format' && name !== 'limit');
  if (ignored.length > 0) throw refuseRequest('invalid_input', { fields: ignored.map(notForCsv) });
  const customerId = customerOf(request);
  const pieces = (tx: Tx) => exportList(tx, name, { format: 'csv', customerId });
  return sendPieces(request, reply, { name: `${name}.csv`, type: 'text/csv; charset=utf-8', pieces });
}

function notForCsv(name: string) {
  return { name, rule: 'is not for the CSV, which holds all' };
}

type Pieces = { name: string; type: string; pieces(tx: Tx): AsyncIterable<string> };

/**
 * Sends what a transaction gives piece by piece, no faster than the reader takes it. The stream is the answer; `never`
 * says only that it is none of the schema's objects.
 */
export function sendPieces(request: FastifyRequest, reply: FastifyReply, { name, type, pieces }: Pieces): never {
  const stream = new PassThrough();
  transactOf(request)((tx) => pour(pieces(tx), stream)).then(
    () => stream.end(),
    (error: unknown) => {
      if (stream.destroyed) return;
      request.log.error({ err: error, route: request.routeOptions.url }, 'a list broke off');
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    },
  );
  reply.header('content-disposition', `attachment; filename="${name}"`).type(type).serializer(String);
  return reply.send(stream) as never;
}

// A reader who takes nothing for so long has left, and would go on holding one of few connections to the database.
const mostStillness = 30_000;

async function drained(stream: PassThrough): Promise<void> {
  const still = setTimeout(() => stream.destroy(), mostStillness);
  await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
  clearTimeout(still);
}

async function pour(pieces: AsyncIterable<string>, stream: PassThrough): Promise<void> {
  for await (const piece of pieces) {
    // The reader has gone: the error rolls the transaction back, which has written nothing.
    if (stream.destroyed) throw new Error('the reader has gone');
    if (!stream.write(piece)) await drained(stream);
  }
}
