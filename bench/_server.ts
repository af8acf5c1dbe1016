/** The real HTTP server in a process of its own, as `bench/portal.ts` starts it; tells its address, ends with its parent. */
import { Temporal } from 'temporal-polyfill';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import { startServer } from '#http/server.ts';
import { readClock } from '#kit/clock.ts';
import { openDatabase } from '#kit/db.ts';
import { createLog } from '#kit/log.ts';

const [ownerUrl = '', secret = ''] = process.argv.slice(2);
const database = await openDatabase(ownerUrl, secret, { poolSize: 10 });
const clock = await readClock(database.system, 'Europe/Rome');
const sandbox = createSandboxProvider(database.system, { now: () => clock().at, pagesUrl: 'http://localhost/pages' });
const server = await startServer({
  database,
  providers: { sandbox },
  settings: { mode: 'sandbox', publicUrl: 'http://localhost', host: '127.0.0.1', port: 0, secret, trustedProxies: [] },
  log: createLog('warn'),
  now: () => Temporal.Now.instant(),
  providerNow: () => clock().at,
});
process.send?.(server.address);
process.on('disconnect', () => void server.close().then(() => database.close()));
