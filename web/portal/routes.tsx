import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { scope } from '#web/api/client.ts';
import { ask, queries } from '#web/api/queries.ts';
import { NotFound } from './not-found.tsx';
import { readMailboxSearch } from './platforms/search.ts';

const root = createRootRoute({ notFoundComponent: NotFound });

// ── without a session ──

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string } => (typeof search['to'] === 'string' ? { to: search['to'] } : {}),
  component: lazyRouteComponent(() => import('./access/sign-in.tsx')),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('./access/reset.tsx')),
});
const setPassword = createRoute({
  getParentRoute: () => root,
  path: '/password/$token',
  component: lazyRouteComponent(() => import('./access/set-password.tsx')),
});
const orderLink = createRoute({
  getParentRoute: () => root,
  path: '/o/$link',
  component: lazyRouteComponent(() => import('./order-link/page.tsx')),
});

// ── signed in ──

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
  beforeLoad: async ({ location }) => {
    const me = await queries.fetchQuery({ ...ask('GET /v1/me', {}), retry: false }).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ConnectionLost') throw error;
      return null;
    });
    if (!me) throw redirect({ to: '/sign-in', search: { to: location.href } });
    // Who is there for several customers begins with the first, and goes on with the one chosen in this tab.
    if (me.operator_role === null && !me.customers.some(({ code }) => code === scope.customer))
      scope.customer = me.customers[1] ? (me.customers[0]?.code ?? null) : null;
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./home/page.tsx')),
});
const platform = createRoute({
  getParentRoute: () => shell,
  path: '/platforms/$platformId',
  validateSearch: readMailboxSearch,
  component: lazyRouteComponent(() => import('./platforms/page.tsx')),
});
const addMailboxes = createRoute({
  getParentRoute: () => shell,
  path: '/platforms/$platformId/add',
  component: lazyRouteComponent(() => import('./platforms/add-mailboxes.tsx')),
});
const endPlatform = createRoute({
  getParentRoute: () => shell,
  path: '/platforms/$platformId/end',
  component: lazyRouteComponent(() => import('./platforms/end-platform.tsx')),
});
const account = createRoute({
  getParentRoute: () => shell,
  path: '/billing/account',
  component: lazyRouteComponent(() => import('./billing/account.tsx')),
});
const methods = createRoute({
  getParentRoute: () => shell,
  path: '/billing/methods',
  component: lazyRouteComponent(() => import('./billing/methods.tsx')),
});
const orders = createRoute({
  getParentRoute: () => shell,
  path: '/billing/orders',
  component: lazyRouteComponent(() => import('./billing/orders.tsx')),
});
const order = createRoute({
  getParentRoute: () => shell,
  path: '/billing/orders/$orderId',
  component: lazyRouteComponent(() => import('./billing/order.tsx')),
});
const documents = createRoute({
  getParentRoute: () => shell,
  path: '/billing/documents',
  component: lazyRouteComponent(() => import('./billing/documents.tsx')),
});
const forecast = createRoute({
  getParentRoute: () => shell,
  path: '/billing/forecast',
  component: lazyRouteComponent(() => import('./billing/forecast.tsx')),
});
const letters = createRoute({
  getParentRoute: () => shell,
  path: '/letters',
  component: lazyRouteComponent(() => import('./letters/page.tsx')),
});
const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  component: lazyRouteComponent(() => import('./letters/activity.tsx')),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/page.tsx')),
});

const signedIn = [home, platform, addMailboxes, endPlatform, account, methods, orders, order, documents, forecast];
const tree = root.addChildren([
  signIn,
  reset,
  setPassword,
  orderLink,
  shell.addChildren([...signedIn, letters, activity, settings]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: true });
