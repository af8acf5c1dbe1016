import type { FastifyRequest } from 'fastify';
import type { Temporal } from 'temporal-polyfill';
import {
  type OperatorRole,
  operatorMayForCustomer,
  type Permission,
  type Role,
  roleMay,
} from '#domain/identity/roles.ts';
import { findSession, type Person, type Session } from '#domain/identity/sessions.ts';
import { findBearer, type TokenBearer } from '#domain/identity/tokens.ts';
import { type HttpContext, isSecure } from '#http/context.ts';

/** Who asks. */
export type Principal =
  | { kind: 'anonymous' }
  | { kind: 'user'; session: Session }
  | { kind: 'operator'; session: Session; role: OperatorRole }
  | { kind: 'token'; bearer: TokenBearer }
  /** Nobody with a role: who holds the link of one order. */
  | { kind: 'link'; orderId: bigint };

/** The name of the cookie that holds a session's token. */
export function cookieName(context: HttpContext): string {
  // Browsers take a __Host- cookie only with Secure, and not all of them take Secure from plain http on loopback.
  return isSecure(context) ? '__Host-rinnovo' : 'rinnovo';
}

/** Who asks, from the session's cookie or an API token in the Authorization header. A token that opens nothing is nobody. */
export async function findPrincipal(context: HttpContext, request: FastifyRequest): Promise<Principal> {
  const db = context.database.system;
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    const found = await findBearer(db, bearer, context.now());
    return found ? { kind: 'token', bearer: found } : { kind: 'anonymous' };
  }
  const token = request.cookies[cookieName(context)];
  const session = token ? await findSession(db, token, context.now()) : null;
  if (!session) return { kind: 'anonymous' };
  const role = session.person.operatorRole;
  return role ? { kind: 'operator', session, role } : { kind: 'user', session };
}

/** How the audit trail names who acts. */
export function actorOf(principal: Principal): string {
  if (principal.kind === 'token') return `token:${principal.bearer.tokenId}`;
  if (principal.kind === 'link') return `link:${principal.orderId}`;
  if (principal.kind === 'anonymous') return 'anonymous';
  return `${principal.kind}:${principal.session.person.userId}`;
}

/** The person who is signed in, or null: an API token is no person. */
export function personOf(principal: Principal): Person | null {
  return principal.kind === 'user' || principal.kind === 'operator' ? principal.session.person : null;
}

/** Whether they may do it at a customer: by role, by scope, or on the customer's behalf (R35). */
export function mayAt(principal: Principal, customerId: bigint, permission: Permission): boolean {
  if (principal.kind === 'operator') return operatorMayForCustomer(principal.role, permission);
  if (principal.kind === 'token') {
    return (
      principal.bearer.customerId === customerId && (principal.bearer.scopes as readonly string[]).includes(permission)
    );
  }
  const role = roleAt(principal, customerId);
  return role !== null && roleMay(role, permission);
}

/** The role of a user at a customer, or null. */
export function roleAt(principal: Principal, customerId: bigint): Role | null {
  if (principal.kind !== 'user') return null;
  return principal.session.memberships.find((one) => one.customer_id === customerId)?.role ?? null;
}

/** Whether the last proof of who is there is recent enough for acts that ask for it. */
export function isFresh(principal: Principal, now: Temporal.Instant): boolean {
  if (principal.kind !== 'user' && principal.kind !== 'operator') return false;
  return principal.session.freshAt.until(now).total('minutes') <= freshMinutes;
}

const freshMinutes = 15;
