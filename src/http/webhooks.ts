import { Counter } from 'prom-client';
import { type ProviderName, ProviderUnavailable } from '#domain/payments/provider.ts';
import { storeWebhook } from '#domain/payments/webhooks.ts';
import type { App, HttpContext } from '#http/context.ts';
import { refuseRequest, sendProblem } from '#http/problems.ts';
import { Refusal } from '#kit/errors.ts';

const largestBody = 512 * 1024;

// From a few addresses a provider tells all that happens in a night of collections: a limit for people would refuse that.
const mostPerMinute = 30_000;

/**
 * Where payment providers tell us that something happened: the raw bytes are checked, the message is kept once under its
 * own id, and the answer is 200. Nothing is believed of it; the worker asks the provider (P12).
 */
export async function webhookRoutes(app: App, context: HttpContext): Promise<void> {
  await app.register(async (raw) => {
    raw.removeAllContentTypeParsers();
    raw.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestBody }, (_request, body, done) =>
      done(null, body),
    );
    // Without a body no parser runs: what says nothing is unsigned like anything else.
    raw.addHook('preValidation', async (request) => {
      request.body ??= Buffer.alloc(0);
    });
    raw.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const reason = reasons[(error instanceof Refusal ? error.status : error.statusCode) ?? 0];
      if (reason) note(context, request.routeOptions.url === '/webhooks/stripe' ? 'stripe' : 'paypal', reason);
      return sendProblem(error, request, reply);
    });
    for (const provider of ['stripe', 'paypal'] as const) {
      raw.post(
        `/webhooks/${provider}`,
        { config: { access: 'public', rateLimit: { max: mostPerMinute } }, schema: { hide: true } },
        async (request, reply) => {
          await receive(context, provider, { body: request.body as Buffer, headers: request.headers });
          return reply.code(200).send({ received: true });
        },
      );
    }
  });
}

// What is refused before, or beside, the look at its signature; `bad_webhook` brings its own reason.
const reasons: Readonly<Record<number, string>> = {
  404: 'not_set_up',
  413: 'too_large',
  415: 'unreadable',
  429: 'too_many',
  503: 'not_checked',
};

/** Counted here, shown by the metrics. */
export const webhooksRefused = new Counter({
  name: 'rinnovo_webhooks_refused_total',
  help: 'Messages that were not the provider’s word, by reason.',
  labelNames: ['provider', 'reason'],
  registers: [],
});

type Post = { body: Buffer; headers: Readonly<Record<string, string | string[] | undefined>> };

async function receive(context: HttpContext, provider: ProviderName, post: Post): Promise<void> {
  const { database, webhooks, now } = context;
  const read = webhooks?.[provider];
  if (!read) throw refuseRequest('not_found');
  const hint = await read(post).catch((error: unknown) => {
    // PayPal's certificate cannot be had now: PayPal posts again what we do not take.
    if (error instanceof ProviderUnavailable) throw refuseRequest('busy');
    throw error;
  });
  if ('refused' in hint) {
    note(context, provider, hint.refused);
    throw refuseRequest('bad_webhook', { detail: `Not taken: ${hint.refused.replaceAll('_', ' ')}.` });
  }
  await storeWebhook(database.system, provider, { ...hint, at: now() });
}

function note({ log }: HttpContext, provider: ProviderName, reason: string): void {
  webhooksRefused.inc({ provider, reason });
  log.warn({ provider, reason }, 'webhook refused');
}
