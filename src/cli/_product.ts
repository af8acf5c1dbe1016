import { createServer } from 'node:http';
import type { Context } from '#cli/_context.ts';
import { StartError } from '#kit/errors.ts';

/** A running Rinnovo. `greeting` is what the person who started it wants to know: addresses, demo logins. */
export type Product = { greeting: readonly string[]; stop(): Promise<void> };

/**
 * Starts everything that `bin/rinnovo start` consists of, on a migrated database, and answers once it serves.
 * Refuses, as a StartError, a port that is taken.
 */
export async function startProduct(context: Context): Promise<Product> {
  const database = await context.database();
  const { host, port, publicUrl } = context.settings;
  // Placeholder until the API (#http/server.ts) and the worker (#worker/daemon.ts) are started here.
  const server = createServer((_, response) => {
    const answer = database.system.selectNoFrom((expression) => expression.val(1).as('one')).execute();
    answer.then(
      () => response.end('{"status":"ok"}\n'),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portError(error, host, port)));
    server.listen(port, host, resolve);
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { greeting: [`Rinnovo is ready at ${publicUrl}`], stop };
}

/** The one sentence for a port that cannot be listened on; any other error unchanged. */
export function portError(error: Error, host: string, port: number): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return new StartError(`Port ${port} on ${host} is taken: set RINNOVO_PORT to a free one.`);
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return new StartError(`Cannot listen on ${host} port ${port} (${code}).`);
  return error;
}
