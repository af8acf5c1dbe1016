import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { scope } from '#web/api/client.ts';
import { ask, askClock, queries } from '#web/api/queries.ts';
import { withTexts } from '#web/i18n.ts';
import { needOf } from './access/proof.ts';
import { Crash } from './crash.tsx';
import { NotFound } from './not-found.tsx';
import { readMailboxSearch } from './platforms/search.ts';

const root = createRootRoute({ notFoundComponent: NotFound });

// ── without a session ──

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string } => (typeof search['to'] === 'string' ? { to: search['to'] } : {}),
  component: lazyRouteComponent(() => withTexts(import('./access/sign-in.tsx'), 'access')),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => withTexts(import('./access/reset.tsx'), 'access')),
});
const setPassword = createRoute({
  getParentRoute: () => root,
  path: '/password/$token',
  component: lazyRouteComponent(() => withTexts(import('./access/set-password.tsx'), 'access')),
});
const orderLink = createRoute({
  getParentRoute: () => root,
  path: '/o/$link',
  component: lazyRouteComponent(() => withTexts(import('./order-link/page.tsx'), 'order-link', 'pay', 'billing')),
});

// ── signed in ──

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => withTexts(import('./shell.tsx'), 'sandbox'), 'Shell'),
  beforeLoad: async ({ location }) => {
    const me = await findMe();
    if (!me) throw redirect({ to: '/sign-in', search: { to: location.href } });
    // Who is there for several customers begins with the first, and goes on with the one chosen in this tab.
    if (me.operator_role === null && !me.customers.some(({ code }) => code === scope.customer))
      scope.customer = me.customers[1] ? (me.customers[0]?.code ?? null) : null;
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => withTexts(import('./home/page.tsx'), 'home')),
});
const platform = createRoute({
  getParentRoute: () => shell,
  path: '/platforms/$platformId',
  validateSearch: readMailboxSearch,
  component: lazyRouteComponent(() => withTexts(import('./platforms/page.tsx'), 'platforms')),
});
const addMailboxes = createRoute({
  getParentRoute: () => shell,
  path: '/platforms/$platformId/add',
  component: lazyRouteComponent(() => withTexts(import('./platforms/add-mailboxes.tsx'), 'platforms', 'pay')),
});
const endPlatform = createRoute({
  getParentRoute: () => shell,
  path: '/platforms/$platformId/end',
  component: lazyRouteComponent(() => withTexts(import('./platforms/end-platform.tsx'), 'platforms')),
});
const account = createRoute({
  getParentRoute: () => shell,
  path: '/billing/account',
  component: lazyRouteComponent(() => withTexts(import('./billing/account.tsx'), 'billing', 'pay')),
});
const methods = createRoute({
  getParentRoute: () => shell,
  path: '/billing/methods',
  component: lazyRouteComponent(() => withTexts(import('./billing/methods.tsx'), 'billing')),
});
const orders = createRoute({
  getParentRoute: () => shell,
  path: '/billing/orders',
  component: lazyRouteComponent(() => withTexts(import('./billing/orders.tsx'), 'billing')),
});
const order = createRoute({
  getParentRoute: () => shell,
  path: '/billing/orders/$orderId',
  component: lazyRouteComponent(() => withTexts(import('./billing/order.tsx'), 'billing', 'pay')),
});
const documents = createRoute({
  getParentRoute: () => shell,
  path: '/billing/documents',
  component: lazyRouteComponent(() => withTexts(import('./billing/documents.tsx'), 'billing')),
});
const forecast = createRoute({
  getParentRoute: () => shell,
  path: '/billing/forecast',
  component: lazyRouteComponent(() => withTexts(import('./billing/forecast.tsx'), 'billing')),
});
const letters = createRoute({
  getParentRoute: () => shell,
  path: '/letters',
  component: lazyRouteComponent(() => withTexts(import('./letters/page.tsx'), 'letters')),
});
const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  component: lazyRouteComponent(() => withTexts(import('./letters/activity.tsx'), 'letters')),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => withTexts(import('./settings/page.tsx'), 'settings')),
});

const signedIn = [home, platform, addMailboxes, endPlatform, account, methods, orders, order, documents, forecast];
const tree = root.addChildren([
  signIn,
  reset,
  setPassword,
  orderLink,
  shell.addChildren([...signedIn, letters, activity, settings]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultErrorComponent: Crash,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

/**
 * Who is signed in, null when nobody is. Who was there a while ago goes on while nothing better is known: what a screen
 * is refused, it tells itself.
 */
async function findMe() {
  const question = ask('GET /v1/me', {});
  try {
    return await queries.fetchQuery({ ...question, retry: false });
  } catch (error) {
    if (needOf(error) === 'session') return null;
    const known = queries.getQueryData(question.queryKey);
    if (!known) throw error;
    return known;
  }
}

/**
 * Asks at once for everything the address needs: who is there, what day it is, and at the same time the scripts and
 * texts of its screen; otherwise each would wait for the one before.
 */
export function beginScreen(): void {
  void router.load();
  void queries.prefetchQuery(askClock());
  const [routes] = router.getMatchedRoutes(router.latestLocation.pathname);
  for (const route of routes) void router.loadRouteChunk(route);
}
