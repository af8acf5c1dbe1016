import swagger from '@fastify/swagger';
import reference from '@scalar/fastify-api-reference';
import type { FastifySchema, RouteOptions } from 'fastify';
import type { App, HttpContext } from '#http/context.ts';

/** The description of the API (OpenAPI 3.1), made from the very schemas that check it. Register it before the routes. */
export async function describeApi(app: App, { settings }: HttpContext): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Rinnovo', version: '1', description: introduction },
      servers: [{ url: settings.publicUrl }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'rinnovo' },
          token: { type: 'http', scheme: 'bearer', bearerFormat: 'rin_…' },
        },
      },
    },
    refResolver: { buildLocalReference: (...[json, , , i]) => String(json['$id'] ?? `def-${i}`) },
    transform: ({ schema, url, route }) => ({ schema: complete(schema ?? {}, url, route), url }),
  });
}

/** The reference at /docs, served from here alone. Register it after the routes. */
export async function serveReference(app: App): Promise<void> {
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.url !== '/docs/' || typeof payload !== 'string') return payload;
    const { script, style } = reply.cspNonce;
    return payload
      .replaceAll('<script', `<script nonce="${script}"`)
      .replaceAll('<style', `<style nonce="${style}"`)
      .replace('<meta charset', `<meta property="csp-nonce" content="${style}" /><meta charset`);
  });
  await app.register(reference, {
    routePrefix: '/docs',
    configuration: {
      pageTitle: 'Rinnovo API',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
}

const introduction = `
Everything the portal does goes through this API.

Amounts are integers in minor units of their currency; days are ISO dates on the seller's calendar, instants ISO in UTC.
Sign in with \`POST /v1/sessions\` (a cookie) or send an API token as \`Authorization: Bearer rin_…\`. Who belongs to
several customers, and every operator, names the customer in the header \`Rinnovo-Customer\` (its code, URL-encoded).
A POST with an \`Idempotency-Key\` is done once: the same key and body give the same answer for a week. With
\`dry_run: true\` the very same is done and undone. Lists come in pages: give \`next\` as \`cursor\` to get the one after.
Errors are problem+json (RFC 9457) and name the field and the rule.`;

/** What is true of every route stands here once: who may call it, its headers, its errors. */
function complete(schema: FastifySchema, url: string, { method, config }: RouteOptions): FastifySchema {
  const { access = 'public', fresh = false } = config ?? {};
  const customer = typeof access === 'object' && 'customer' in access;
  const headers: Record<string, object> = {};
  if (customer)
    headers['rinnovo-customer'] = { type: 'string', description: 'The customer; needed when there are several.' };
  if (method === 'POST') headers['idempotency-key'] = { type: 'string', maxLength: 200 };
  const problem = { content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } }, description: 'Refused' };
  return {
    ...schema,
    ...(fresh ? { description: [schema.description, freshly].filter(Boolean).join(' ') } : {}),
    ...(schema.querystring ? { querystring: withoutDefaults(schema.querystring) } : {}),
    tags: [url.split('/')[2] ?? 'service'],
    ...(Object.keys(headers).length > 0 ? { headers: { type: 'object', properties: headers } } : {}),
    security: access === 'public' ? [] : customer && !fresh ? [{ session: [] }, { token: [] }] : [{ session: [] }],
    response: { ...(schema.response as object | undefined), default: problem },
    ...(url.startsWith('/v1/') ? {} : { hide: true }),
  } as FastifySchema;
}

const freshly =
  'Asks for a proof of who is there that is at most 15 minutes old (`PUT /v1/session/proof`); a token cannot do it.';

// What has a default need not be sent.
function withoutDefaults(querystring: unknown): object {
  const {
    required = [],
    properties,
    ...rest
  } = querystring as { required?: string[]; properties: Record<string, object> };
  return { ...rest, properties, required: required.filter((name) => !('default' in (properties[name] ?? {}))) };
}
