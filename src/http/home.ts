import type { App, HttpContext } from '#http/context.ts';
import { page } from '#http/page.ts';

/** The page at /, until the portal stands there. */
export function homeRoutes(app: App, context: HttpContext): void {
  const sandbox = context.settings.mode === 'sandbox';
  app.get('/', { config: { access: 'public' } }, (_request, reply) =>
    page(reply, 'Rinnovo', [
      '<p>Renews, bills and collects hosted mailboxes.</p>',
      '<ul><li><a href="/docs/">The API, described</a></li>',
      sandbox ? '<li><a href="/sandbox/letters">Letters caught in the sandbox</a></li>' : '',
      '<li><a href="/healthz">Health</a></li></ul>',
      sandbox ? '<p><strong>Sandbox:</strong> no money moves and no letter leaves this machine.</p>' : '',
    ]),
  );
}
