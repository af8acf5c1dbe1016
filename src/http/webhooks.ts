import { Counter } from 'prom-client';
import type { ProviderName } from '#domain/payments/provider.ts';
import { storeWebhook } from '#domain/payments/webhooks.ts';
import type { App, HttpContext } from '#http/context.ts';
import { refuseRequest } from '#http/problems.ts';

const largestBody = 512 * 1024;

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
    for (const provider of ['stripe', 'paypal'] as const) {
      raw.post(
        `/webhooks/${provider}`,
        { config: { access: 'public' }, schema: { hide: true } },
        async (request, reply) => {
          await receive(context, provider, { body: request.body as Buffer, headers: request.headers });
          return reply.code(200).send({ received: true });
        },
      );
    }
  });
}

/** Counted here, shown by the metrics. */
export const webhooksRefused = new Counter({
  name: 'rinnovo_webhooks_refused_total',
  help: 'Messages that were not the provider’s word, by reason.',
  labelNames: ['provider', 'reason'],
  registers: [],
});

type Post = { body: Buffer; headers: Readonly<Record<string, string | string[] | undefined>> };

async function receive(
  { database, webhooks, log, now }: HttpContext,
  provider: ProviderName,
  post: Post,
): Promise<void> {
  const read = webhooks?.[provider];
  if (!read) throw refuseRequest('not_found');
  const hint = await read(post);
  if ('refused' in hint) {
    webhooksRefused.inc({ provider, reason: hint.refused });
    log.warn({ provider, reason: hint.refused }, 'webhook refused');
    throw refuseRequest('bad_webhook', { detail: `Not taken: ${hint.refused.replaceAll('_', ' ')}.` });
  }
  await storeWebhook(database.system, provider, { ...hint, at: now() });
}
