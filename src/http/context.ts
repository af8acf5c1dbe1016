import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Temporal } from 'temporal-polyfill';
import type { ProviderName } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import type { WebhookReader } from '#domain/payments/webhooks.ts';
import type { Moment } from '#kit/clock.ts';
import type { Database } from '#kit/db.ts';
import type { Log } from '#kit/log.ts';
import type { Settings } from '#kit/settings.ts';

/** What the API stands on. */
export type HttpContext = {
  database: Database;
  providers: Providers;
  settings: Pick<Settings, 'mode' | 'publicUrl' | 'host' | 'port' | 'secret' | 'trustedProxies'>;
  log: Log;
  /** The host's time: sessions and links end by it, whatever the sandbox's clock shows. */
  now(): Temporal.Instant;
  /** The sandbox provider's time, where it follows the clock that was set. */
  providerNow?(): Temporal.Instant;
  /** How the messages of the providers used here are read. */
  webhooks?: { readonly [name in ProviderName]?: WebhookReader };
  /** Sets the sandbox's clock to a day and runs every one in between; absent where there is no worker beside us. */
  setClock?(on: Temporal.PlainDate): Promise<Moment>;
};

/** The server as routes see it: requests and answers are typed by their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  Log,
  TypeBoxTypeProvider
>;

/** Whether people reach us over TLS, which is what cookies and redirects depend on. */
export function isSecure({ settings }: HttpContext): boolean {
  return settings.mode === 'production' || settings.publicUrl.startsWith('https:');
}
