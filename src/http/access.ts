import type { FastifyRequest } from 'fastify';
import { findCustomers } from '#domain/customers/get.ts';
import { type OperatorPermission, operatorMay, type Permission } from '#domain/identity/roles.ts';
import type { App, HttpContext } from '#http/context.ts';
import { findPrincipal, isFresh, mayAt, type Principal } from '#http/principal.ts';
import { refuseRequest } from '#http/problems.ts';
import { hasControls } from '#kit/address.ts';

/**
 * Who may call a route: `public`; `person` with a session of any kind; for one customer with a permission there; an
 * operator with a permission. Every route says it, or the server does not start.
 */
export type Access = 'public' | 'person' | { customer: Permission } | { operator: OperatorPermission };

/** The customer a request is about. */
export type CustomerOfRequest = { customerId: bigint; code: string };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** The proof of who is there must be at most 15 minutes old; a token has none. */
    fresh?: boolean;
    /** Also for operators who have not set up their second factor yet. */
    beforeSecondFactor?: boolean;
  }
  interface FastifyInstance {
    /** Every route there is, for who wants to prove something about all of them. */
    everyRoute: { line: string; access: Access; fresh: boolean }[];
  }
  interface FastifyRequest {
    principal: Principal;
    customer: CustomerOfRequest | null;
  }
}

/** Finds out who asks before anything else, and stops who may not before the body is read. */
export function guardRoutes(app: App, context: HttpContext): void {
  app.decorateRequest('principal', null as never);
  app.decorateRequest('customer', null);
  app.decorate('everyRoute', []);
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/docs')) route.config = { ...route.config, access: 'public' };
    const { access, fresh = false } = route.config ?? {};
    if (!access) throw new Error(`the route ${route.url} does not say who may call it`);
    for (const method of [route.method].flat()) app.everyRoute.push({ line: `${method} ${route.url}`, access, fresh });
  });
  app.addHook('onRequest', async (request) => {
    refuseForeign(request, context);
    request.principal = await findPrincipal(context, request);
  });
  app.addHook('preParsing', async (request) => {
    await admit(request, context);
  });
}

async function admit(request: FastifyRequest, context: HttpContext): Promise<void> {
  const { access = 'public', fresh, beforeSecondFactor } = request.routeOptions.config;
  const { principal } = request;
  if (access === 'public') return;
  if (principal.kind === 'anonymous') throw refuseRequest('not_signed_in');
  const unprotected = principal.kind === 'operator' && principal.session.person.secondFactors.length === 0;
  if (unprotected && context.settings.mode === 'production' && !beforeSecondFactor) {
    throw refuseRequest('second_factor_setup_required');
  }
  if (access === 'person') {
    if (principal.kind === 'token') throw refuseRequest('not_allowed');
  } else if ('operator' in access) {
    if (principal.kind !== 'operator' || !operatorMay(principal.role, access.operator))
      throw refuseRequest('not_allowed');
  } else {
    request.customer = await findCustomer(request, context);
    if (!mayAt(principal, request.customer.customerId, access.customer)) throw refuseRequest('not_allowed');
  }
  // A token can prove nothing, however often it tries again.
  if (fresh && principal.kind === 'token') throw refuseRequest('person_required');
  if (fresh && !isFresh(principal, context.now())) throw refuseRequest('proof_required');
}

/** The customer named in the header, or the only one there is. One that is not theirs is answered like none at all. */
async function findCustomer(request: FastifyRequest, context: HttpContext): Promise<CustomerOfRequest> {
  const { principal } = request;
  const header = request.headers['rinnovo-customer'];
  const code = typeof header === 'string' ? decoded(header) : undefined;
  if (principal.kind === 'operator') {
    if (code === undefined) throw refuseRequest('customer_required');
    const found = (await findCustomers(context.database.system, [code])).get(code);
    if (!found) throw refuseRequest('customer_unknown');
    return { customerId: found.customerId, code };
  }
  const theirs = theirCustomers(principal);
  if (code === undefined && theirs.length > 1) throw refuseRequest('customer_required');
  const found = code === undefined ? theirs[0] : theirs.find((one) => one.code === code);
  if (!found) throw refuseRequest('customer_unknown');
  return found;
}

// Codes may hold any letter, headers may not.
function decoded(header: string): string {
  try {
    const code = decodeURIComponent(header);
    if (!hasControls(code)) return code;
  } catch {
    // Not even that: it names nobody either.
  }
  throw refuseRequest('customer_unknown');
}

function theirCustomers(principal: Principal): CustomerOfRequest[] {
  if (principal.kind === 'token') return [{ customerId: principal.bearer.customerId, code: principal.bearer.code }];
  if (principal.kind !== 'user') return [];
  return principal.session.memberships.map((one) => ({ customerId: one.customer_id, code: one.code }));
}

// A browser always tells where a request that changes something comes from; programs tell nothing and have no cookies
// of anybody else's.
function refuseForeign(request: FastifyRequest, { settings }: HttpContext): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return;
  if (request.url.startsWith('/webhooks/')) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refuseRequest('foreign_origin');
  const { origin } = request.headers;
  if (origin !== undefined && !homeOrigins(settings).has(origin)) throw refuseRequest('foreign_origin');
}

function homeOrigins({ mode, publicUrl, port }: HttpContext['settings']): ReadonlySet<string> {
  const own = new URL(publicUrl).origin;
  return mode === 'sandbox' ? new Set([own, `http://localhost:${port}`, `http://127.0.0.1:${port}`]) : new Set([own]);
}
