import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { Temporal } from 'temporal-polyfill';
import { type Caught, countCopies, insertCaught } from '#adapters/mail/_caught-store.ts';
import { parseAddress } from '#kit/address.ts';
import type { Db } from '#kit/db.ts';
import { gather } from '#kit/gather.ts';

/** What the catcher can do wrong: say no for good (5xx), for now (4xx), keep the letter but lose its answer, answer late. */
export type MailFault = 'refused' | 'later' | 'lost_answer' | 'slow';

export type CatcherOptions = {
  now: () => Temporal.Instant;
  /** 0 takes any free port. Only this machine can reach it. */
  port: number;
  /** Asked for each letter; beats what its address asks for. */
  fault?: (to: string) => MailFault | undefined;
  slowMilliseconds?: number;
};

export type MailCatcher = { port: number; url: string; close(): Promise<void> };

/**
 * A real mail server for the sandbox: it keeps every letter and delivers none. An address asks for trouble by its local
 * part: `…+refused@`, `…+later@`, `…+slow@`, and `…+lost@`, whose first answer for each Message-ID gets lost.
 */
export async function startMailCatcher(db: Db, options: CatcherOptions): Promise<MailCatcher> {
  const keep = gather((letters: Caught[]) => insertCaught(db, letters), 1000);
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    size: 10 * 1024 * 1024,
    onData: (stream, session, answer) => {
      receive(stream, { db, session, keep, options, drop: () => dropConnection(server, session) }).then(
        (said) => said && answer(said === 'kept' ? null : said),
        (error: Error) => answer(Object.assign(error, { responseCode: 451 })),
      );
    },
  });
  // A client that breaks off is its own affair.
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => closeServer(server, resolve)),
  };
}

type Receiving = {
  session: SMTPServerSession;
  db: Db;
  keep: (letter: Caught) => Promise<string | null>;
  options: CatcherOptions;
  drop: () => void;
};

// Answers 'kept', the error to say, or null when nothing shall be said any more.
async function receive(
  stream: Readable,
  { db, session, keep, options, drop }: Receiving,
): Promise<'kept' | Error | null> {
  const raw = await readAll(stream);
  const { mailFrom, rcptTo } = session.envelope;
  // The library shows domains in Unicode; we keep what was on the wire.
  const to = rcptTo.map((one) => parseAddress(one.address) ?? one.address);
  const fault = options.fault?.(to[0] ?? '') ?? faultIn(to[0] ?? '');
  if (fault === 'refused') return Object.assign(new Error('5.1.1 No such mailbox (sandbox)'), { responseCode: 550 });
  if (fault === 'later') return Object.assign(new Error('4.2.1 Try again later (sandbox)'), { responseCode: 451 });
  if (fault === 'slow') await delay(options.slowMilliseconds ?? 2000);
  const from = mailFrom ? mailFrom.address : '';
  const messageId = await keep({ from, to, raw, caughtAt: options.now() });
  const loses = fault === 'lost_answer' || (fault === 'lost_once' && (await countCopies(db, messageId)) === 1);
  if (!loses) return 'kept';
  drop();
  return null;
}

// By hand: the library's way goes through a Blob and takes longer than all the rest.
function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.once('error', reject);
  });
}

function faultIn(address: string): MailFault | 'lost_once' | undefined {
  const wish = /\+(refused|later|slow|lost)@/.exec(address)?.[1];
  return wish === 'lost' ? 'lost_once' : (wish as MailFault | undefined);
}

function dropConnection(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections) if (connection.id === session.id) connection.close();
}

function closeServer(server: SMTPServer, done: () => void): void {
  // Pooled clients keep their connections open; without this the server would wait for them for half a minute.
  for (const connection of server.connections) connection.close();
  server.close(done);
}
