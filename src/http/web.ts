import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { App } from '#http/context.ts';
import { page } from '#http/page.ts';

/** Where the built portal lies. */
export const webFolder = join(import.meta.dirname, '..', '..', 'dist', 'web');

// The addresses the portal draws itself; everything else that is unknown stays not found.
const screens = [
  ...['/', '/sign-in', '/reset', '/password/:token', '/o/:link'],
  ...['/platforms/*', '/billing/*', '/letters', '/activity', '/settings'],
];

/** Serves the portal: one page for all its addresses, with the nonce of this answer, and its files, which never change. */
export async function webRoutes(app: App): Promise<void> {
  const config = { access: 'public' } as const;
  // A page is dozens of files, and they are all the same for everybody.
  const files = { ...config, rateLimit: false } as const;
  for (const url of screens) app.get(url, { config, schema: { hide: true } }, (_request, reply) => sendPortal(reply));
  // It may not have been built yet.
  await mkdir(webFolder, { recursive: true });
  await app.register(fastifyStatic, {
    root: webFolder,
    serve: false,
    cacheControl: false,
    suppressDefaultIndex: true,
    // Beside each file lies the same compressed, for whoever takes that.
    preCompressed: true,
  } as never);
  app.get('/assets/:file', { config: files, schema: { hide: true } }, (request, reply) => {
    const { file } = request.params as { file: string };
    return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(`assets/${file}`);
  });
  app.get('/favicon.svg', { config: files, schema: { hide: true } }, (_request, reply) =>
    reply.header('cache-control', 'public, max-age=86400').sendFile('favicon.svg'),
  );
}

async function sendPortal(reply: FastifyReply): Promise<FastifyReply> {
  const html = await readFile(join(webFolder, 'index.html'), 'utf8').catch(() => null);
  if (html === null) {
    return page(reply.header('refresh', '3'), 'Rinnovo', [
      '<p>The portal is being prepared; this page opens by itself in a moment.</p>',
    ]);
  }
  return reply.type('text/html; charset=utf-8').send(withNonces(html, reply.cspNonce));
}

/**
 * Puts the nonces of an answer into the portal's page: that of scripts where scripts are loaded; that of styles in the
 * meta element, from which the portal takes it for the styles it makes itself.
 */
export function withNonces(html: string, { script, style }: { script: string; style: string }): string {
  return html.replace('"csp-nonce" nonce="__NONCE__"', `"csp-nonce" nonce="${style}"`).replaceAll('__NONCE__', script);
}
