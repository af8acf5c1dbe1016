import { Temporal } from 'temporal-polyfill';
import { loadDemo } from '#cli/_demo.ts';
import { openEngine } from '#cli/_engine.ts';
import { refuseForeignKeys } from '#cli/_payments-account.ts';
import { buildWeb } from '#cli/build-web.ts';
import type { Context } from '#cli/context.ts';
import { checkProviders } from '#cli/providers.ts';
import { createWebhookReaders } from '#cli/webhook-readers.ts';
import { type RunningServer, startServer } from '#http/server.ts';
import { StartError } from '#kit/errors.ts';
import { startDaemon } from '#worker/daemon.ts';
import { moveClock } from '#worker/move-clock.ts';

/** A running Rinnovo. `greeting` is what the person who started it wants to know: addresses, demo logins. */
export type Product = { greeting: readonly string[]; stop(): Promise<void> };

/**
 * Starts everything that `bin/rinnovo start` consists of, on a migrated database, and answers once it serves.
 * Refuses, as a StartError, a port that is taken.
 */
export async function startProduct(context: Context): Promise<Product> {
  const { settings, log } = context;
  await checkProviders(settings);
  const database = await context.database();
  const open = await openEngine(context);
  await refuseForeignKeys(database.system, open.providers);
  const demo = settings.demo ? await loadDemo(context, open) : [];
  const { providers, clock } = open;
  const served = {
    database,
    providers,
    settings,
    log,
    now: () => Temporal.Now.instant(),
    providerNow: () => clock().at,
    webhooks: await createWebhookReaders(settings),
    setClock: async (on: Temporal.PlainDate) => {
      await moveClock(open, on);
      return clock();
    },
  };
  const server = await listen(() => startServer(served), settings);
  const following = setInterval(() => void open.refreshClock().catch(() => {}), 1_000).unref();
  const daemon = startDaemon(open.engine);
  void buildWeb().then((isBuilt) => isBuilt || log.error('the portal could not be built; the API serves without it'));
  const stop = async () => {
    clearInterval(following);
    // At once: nothing more is charged while nobody can see it any more.
    await Promise.all([server.close(), daemon.stop()]);
    await open.close();
  };
  return { greeting: [...greeting(settings), ...demo], stop };
}

/** The one sentence for a port that cannot be listened on; any other error unchanged. */
export function portError(error: Error, host: string, port: number): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return new StartError(`Port ${port} on ${host} is taken: set RINNOVO_PORT to a free one.`);
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return new StartError(`Cannot listen on ${host} port ${port} (${code}).`);
  return error;
}

async function listen(
  start: () => Promise<RunningServer>,
  { host, port }: Context['settings'],
): Promise<RunningServer> {
  try {
    return await start();
  } catch (error) {
    throw portError(error as Error, host, port);
  }
}

function greeting({ publicUrl, mode }: Context['settings']): string[] {
  const lines = [`Rinnovo is ready at ${publicUrl}`, `  API reference  ${publicUrl}/docs`];
  return mode === 'sandbox' ? [...lines, `  Caught letters ${publicUrl}/sandbox/letters`] : lines;
}
