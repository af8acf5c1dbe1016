import Type from 'typebox';
import { findCaughtLetter, listCaughtLetters } from '#adapters/mail/caught-letters.ts';
import { createSandboxPages } from '#adapters/payments/sandbox-pages.ts';
import type { App, HttpContext } from '#http/context.ts';
import { heed } from '#http/hints.ts';
import { page } from '#http/page.ts';
import { refuseRequest } from '#http/problems.ts';
import { Id, IdParams, Strict, Text } from '#http/schemas.ts';
import { escapeHtml } from '#kit/messages.ts';

/** The faces of the world outside, in the sandbox only: the provider's pages and the letters that were caught. */
export async function sandboxRoutes(app: App, context: HttpContext): Promise<void> {
  if (context.settings.mode !== 'sandbox') return;
  const config = { access: 'public' } as const;
  await app.register(async (scope) => providerPages(scope as unknown as App, context));

  const query = Strict({ to: Type.Optional(Text(254, 0)), before: Type.Optional(Id) });
  app.get('/sandbox/letters', { config, schema: { querystring: query } }, async (request, reply) => {
    const { to, before } = request.query;
    const wish = { ...(to && { to }), ...(before && { before: BigInt(before) }) };
    const letters = await listCaughtLetters(context.database.system, wish);
    if (request.headers.accept?.includes('application/json')) {
      return reply.send({
        items: letters.map((one) => ({ ...one, id: Number(one.id), caughtAt: String(one.caughtAt) })),
      });
    }
    const rows = letters.map(
      (one) =>
        `<tr><td>${String(one.caughtAt).slice(0, 19)}</td><td>${escapeHtml(one.to.join(', '))}</td>
         <td><a href="/sandbox/letters/${one.id}">${escapeHtml(one.subject || '(no subject)')}</a></td></tr>`,
    );
    const last = letters.at(-1)?.id;
    const older = letters.length === 50 ? `<p><a href="/sandbox/letters?before=${last}">Older letters</a></p>` : '';
    return page(reply, 'Letters caught', ['<table>', ...rows, '</table>', rows.length ? older : '<p>None yet.</p>']);
  });

  app.get('/sandbox/letters/:id', { config, schema: { params: IdParams } }, async (request, reply) => {
    const letter = await findCaughtLetter(context.database.system, BigInt(request.params.id));
    if (!letter) throw refuseRequest('not_found');
    reply.header('content-security-policy', `${reply.getHeader('content-security-policy')};frame-src 'self'`);
    return page(reply, escapeHtml(letter.subject || '(no subject)'), [
      `<p>To ${escapeHtml(letter.to.join(', '))} · ${String(letter.caughtAt)}</p>`,
      `<iframe title="The letter" src="/sandbox/letters/${letter.id}/html"></iframe>`,
      `<h2>As text</h2><pre>${letter.text.split('\n').map(escapeHtml).join('\n')}</pre>`,
    ]);
  });

  app.get('/sandbox/letters/:id/html', { config, schema: { params: IdParams } }, async (request, reply) => {
    const letter = await findCaughtLetter(context.database.system, BigInt(request.params.id));
    if (!letter) throw refuseRequest('not_found');
    reply.header('x-frame-options', 'SAMEORIGIN').header('content-security-policy', letterPolicy);
    return reply.type('text/html; charset=utf-8').send(`<base target="_top">${letter.html}`);
  });
}

const letterPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation";

/** The payment provider's own pages: forms of another company, so they read form posts and set their own headers. */
function providerPages(app: App, context: HttpContext): void {
  const visit = createSandboxPages(context.database.system, { now: context.providerNow ?? context.now });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/sandbox/provider/*',
    config: { access: 'public' },
    handler: async (request, reply) => {
      const path = request.url.slice('/sandbox/provider'.length).split('?')[0] ?? '/';
      const form = (request.body ?? {}) as Record<string, string>;
      const language = request.headers['accept-language'] ?? 'en';
      const answer = await visit({ method: request.method, path, language, form });
      if (answer.changed) await heed(context, { provider: 'sandbox', ...answer.changed });
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    },
  });
}
