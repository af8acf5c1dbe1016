import type { FastifyReply } from 'fastify';
import { type HttpContext, isSecure } from '#http/context.ts';
import { cookieName } from '#http/principal.ts';

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
