import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSecure } from '#http/context.ts';

/** Whether this browser has signed this user in before; otherwise a letter tells the user (R33). */
export function isKnownDevice(request: FastifyRequest, userId: bigint): boolean {
  const expected = Buffer.from(markOf(request, userId));
  return marksOf(request).some(
    (mark) => mark.length === expected.length && timingSafeEqual(Buffer.from(mark), expected),
  );
}

/** Leaves a mark in the browser that means nothing to anybody else and opens nothing. */
export function rememberDevice(request: FastifyRequest, reply: FastifyReply, userId: bigint): void {
  const mark = markOf(request, userId);
  const marks = [mark, ...marksOf(request).filter((one) => one !== mark)].slice(0, 5);
  const secure = isSecure(request.server.context);
  reply.setCookie(nameOf(request), marks.join('.'), {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: 34_000_000,
  });
}

function marksOf(request: FastifyRequest): string[] {
  return (request.cookies[nameOf(request)] ?? '').split('.').filter((mark) => mark.length > 0);
}

function markOf(request: FastifyRequest, userId: bigint): string {
  const { secret } = request.server.context.settings;
  return createHmac('sha256', secret).update(`device:${userId}`).digest('base64url');
}

function nameOf(request: FastifyRequest): string {
  return isSecure(request.server.context) ? '__Host-rinnovo-device' : 'rinnovo-device';
}
