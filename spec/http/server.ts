import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import { Temporal } from 'temporal-polyfill';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import type { App, HttpContext } from '#http/context.ts';
import { buildServer } from '#http/server.ts';
import { freshDatabase, type TestDatabase, testSecret } from '#spec/harness.ts';

/** A server on a database of its own, asked without a socket. `time.now` is the host's clock of the test. */
export type TestServer = { app: App; context: HttpContext; database: TestDatabase; time: { now: Temporal.Instant } };

type Owner = { after(done: () => Promise<void>): void };

export const origin = 'http://localhost:8080';

export async function testServer(owner: Owner, settings: Partial<HttpContext['settings']> = {}): Promise<TestServer> {
  const database = await freshDatabase(owner);
  const time = { now: Temporal.Instant.from('2027-03-01T08:00:00Z') };
  const sandbox = createSandboxProvider(database.system, {
    now: () => time.now,
    pagesUrl: `${origin}/sandbox/provider`,
  });
  const context: HttpContext = {
    database,
    providers: { sandbox },
    settings: {
      mode: 'sandbox',
      publicUrl: origin,
      host: '127.0.0.1',
      port: 8080,
      secret: testSecret,
      trustedProxies: [],
      ...settings,
    },
    log: pino({ level: 'error' }, pino.destination({ dest: 2, sync: true })),
    now: () => time.now,
    providerNow: () => time.now,
  };
  const app = await buildServer(context);
  owner.after(() => app.close());
  return { app, context, database, time };
}

/** Who asks in a test: a session's cookie or an API token, and the customer named in the header. */
export type Caller = { cookie?: string; token?: string; customer?: string };

export type Answer = {
  status: number;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks where it expects something
  body: any;
};

/** Asks the server and gives the answer read as JSON where it is. */
export async function ask(
  { app }: Pick<TestServer, 'app'>,
  line: string,
  { as = {}, ...options }: Omit<InjectOptions, 'method' | 'url'> & { as?: Caller } = {},
): Promise<Answer> {
  const [method, url] = line.split(' ') as [InjectOptions['method'] & string, string];
  const headers: Record<string, string> = { ...(options.headers as Record<string, string>) };
  if (as.cookie) headers['cookie'] = as.cookie;
  if (as.token) headers['authorization'] = `Bearer ${as.token}`;
  if (as.customer) headers['rinnovo-customer'] = as.customer;
  const response = await app.inject({ ...options, method: method as 'GET', url, headers });
  const json = String(response.headers['content-type']).includes('json') && response.body !== '';
  return { status: response.statusCode, headers: response.headers, body: json ? response.json() : response.body };
}

/** Signs in and answers the cookie to ask with. */
export async function signedIn(server: TestServer, email: string, password: string): Promise<Caller> {
  const answer = await ask(server, 'POST /v1/sessions', { payload: { email, password } });
  if (answer.status !== 201) throw new Error(`${email} could not sign in: ${JSON.stringify(answer.body)}`);
  const cookies = [answer.headers['set-cookie']].flat() as string[];
  return { cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; ') };
}
