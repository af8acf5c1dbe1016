import type { FastifyReply, FastifyRequest } from 'fastify';
import { type HttpContext, isSecure } from '#http/context.ts';
import { cookieName } from '#http/principal.ts';
import { secretToken } from '#kit/ids.ts';

/** Gives the browser the session's token: out of reach of scripts, never sent along by other sites. */
export function setSessionCookie(reply: FastifyReply, context: HttpContext, token: string): void {
  reply.setCookie(cookieName(context), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(context),
    maxAge: 30 * 24 * 3600,
  });
}

/** Takes it away again. */
export function clearSessionCookie(reply: FastifyReply, context: HttpContext): void {
  reply.clearCookie(cookieName(context), { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(context) });
}

/**
 * The browser that is signing in, for what is bound to it. Several tabs share it, so what one of them is asked does not
 * take away from another.
 */
export function attemptOf(request: FastifyRequest, reply: FastifyReply): string {
  const { context } = request.server;
  const name = `${cookieName(context)}-attempt`;
  const known = request.cookies[name];
  const attempt = known && /^[A-Za-z0-9_-]{43}$/.test(known) ? known : secretToken();
  reply.setCookie(name, attempt, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(context),
    maxAge: 24 * 3600,
  });
  return attempt;
}
