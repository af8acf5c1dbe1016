import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '#domain/identity/sessions.ts';
import { closeSession } from '#domain/identity/sessions.ts';
import type { IssuedSession, Visitor } from '#domain/identity/sign-in.ts';
import { setSessionCookie } from '#http/cookies.ts';
import { isKnownDevice, rememberDevice } from '#http/devices.ts';
import { plain } from '#http/plain.ts';
import { type Principal, personOf } from '#http/principal.ts';
import { refuseRequest } from '#http/problems.ts';
import { tellNewDevice } from '#http/tell.ts';

/** The session of who is signed in. */
export function sessionOf(principal: Principal): Session {
  if (!isPerson(principal)) throw refuseRequest('not_signed_in');
  return principal.session;
}

/** Where a request comes from. */
export function visitorOf(request: FastifyRequest): Visitor {
  return { address: request.ip, agent: request.headers['user-agent'] ?? '' };
}

/** Gives a session that was just opened to the browser, and tells its person when the browser is a new one. */
export async function enter(request: FastifyRequest, reply: FastifyReply, session: IssuedSession) {
  const { context } = request.server;
  // A session that was open in this browser ends: nobody goes on under the name before.
  if (isPerson(request.principal)) {
    const { sessionId, person: before } = request.principal.session;
    await closeSession(context.database.system, before.userId, sessionId).catch(() => undefined);
  }
  if (!isKnownDevice(request, session.userId)) await tellNewDevice(context, session, visitorOf(request));
  rememberDevice(request, reply, session.userId);
  setSessionCookie(reply, context, session.token);
  reply.code(201);
  return plain({ session_id: session.sessionId, expires_at: session.expiresAt });
}

function isPerson(principal: Principal): principal is Extract<Principal, { session: Session }> {
  return personOf(principal) !== null;
}
