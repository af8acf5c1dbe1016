import { meRoutes } from '#http/api/me.ts';
import { peopleRoutes } from '#http/api/people.ts';
import { secondFactorRoutes } from '#http/api/second-factor.ts';
import { sessionRoutes } from '#http/api/sessions.ts';
import { tokenRoutes } from '#http/api/tokens.ts';
import type { App, HttpContext } from '#http/context.ts';

/** Every route under /v1, one file per resource. */
export function apiRoutes(app: App, context: HttpContext): void {
  sessionRoutes(app, context);
  meRoutes(app, context);
  secondFactorRoutes(app, context);
  peopleRoutes(app, context);
  tokenRoutes(app);
}
