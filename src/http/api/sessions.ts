import Type from 'typebox';
import type { Session } from '#domain/identity/sessions.ts';
import { closeSession, listSessions, renewProof } from '#domain/identity/sessions.ts';
import { signIn } from '#domain/identity/sign-in.ts';
import type { App, HttpContext } from '#http/context.ts';
import { clearSessionCookie, setSessionCookie } from '#http/cookies.ts';
import { isKnownDevice, rememberDevice } from '#http/devices.ts';
import { plain } from '#http/plain.ts';
import { type Principal, personOf } from '#http/principal.ts';
import { refuseRequest } from '#http/problems.ts';
import { Id, IdParams, Instant, Nothing, Strict } from '#http/schemas.ts';
import { tellNewDevice } from '#http/tell.ts';

const Code = Type.String({ minLength: 6, maxLength: 40 });
const SessionLine = Type.Object({
  session_id: Id,
  current: Type.Boolean(),
  created_at: Instant,
  seen_at: Instant,
  expires_at: Instant,
  address: Type.String(),
  agent: Type.String(),
});
const person = { access: 'person', beforeSecondFactor: true } as const;

const credentials = Strict({
  email: Type.String({ maxLength: 254 }),
  password: Type.String({ maxLength: 200 }),
  code: Type.Optional(Code),
});
const opened = Type.Object({ session_id: Id, expires_at: Instant });

/** Signing in and out, the open sessions, and proving once more who is there. */
export function sessionRoutes(app: App, context: HttpContext): void {
  postSessions(app, context);
  getSessions(app, context);
  deleteSessionsId(app, context);
  deleteSession(app, context);
  putSessionProof(app, context);
}

function postSessions(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.post(
    '/v1/sessions',
    {
      config: { access: 'public', keepAnswer: false },
      schema: { summary: 'Sign in', body: credentials, response: { 201: opened } },
    },
    async (request, reply) => {
      const visitor = { address: request.ip, agent: request.headers['user-agent'] ?? '' };
      const session = await signIn(db, request.body, { visitor, now: context.now(), secret: context.settings.secret });
      // A session that was open in this browser ends: nobody goes on under the name before.
      if (isPerson(request.principal)) {
        const { sessionId, person: before } = request.principal.session;
        await closeSession(db, before.userId, sessionId).catch(() => undefined);
      }
      if (!isKnownDevice(request, session.userId)) await tellNewDevice(context, session, visitor);
      rememberDevice(request, reply, session.userId);
      setSessionCookie(reply, context, session.token);
      return reply.code(201).send(plain({ session_id: session.sessionId, expires_at: session.expiresAt }));
    },
  );
}

function getSessions(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.get(
    '/v1/sessions',
    {
      config: person,
      schema: { summary: 'My open sessions', response: { 200: Type.Object({ items: Type.Array(SessionLine) }) } },
    },
    async (request) => {
      const mine = sessionOf(request.principal);
      const lines = await listSessions(db, mine.person.userId, context.now());
      return plain({ items: lines.map((line) => ({ ...line, current: line.session_id === mine.sessionId })) });
    },
  );
}

function deleteSessionsId(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.delete(
    '/v1/sessions/:id',
    { config: person, schema: { summary: 'End one of my sessions', params: IdParams, response: { 204: Nothing } } },
    async (request, reply) => {
      await closeSession(db, sessionOf(request.principal).person.userId, BigInt(request.params.id));
      return reply.code(204).send(null);
    },
  );
}

function deleteSession(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.delete(
    '/v1/session',
    { config: person, schema: { summary: 'Sign out', response: { 204: Nothing } } },
    async (request, reply) => {
      const { sessionId, person: me } = sessionOf(request.principal);
      await closeSession(db, me.userId, sessionId);
      clearSessionCookie(reply, context);
      return reply.code(204).send(null);
    },
  );
}

function putSessionProof(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.put(
    '/v1/session/proof',
    {
      config: person,
      schema: {
        summary: 'Prove once more that it is me',
        description: 'Needed, at most 15 minutes before, by acts that answer `proof_required`.',
        body: Strict({ password: Type.String({ maxLength: 200 }), code: Type.Optional(Code) }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const proof = { ...request.body, address: request.ip, now: context.now(), secret: context.settings.secret };
      setSessionCookie(reply, context, await renewProof(db, sessionOf(request.principal), proof));
      return reply.code(204).send(null);
    },
  );
}

/** The session of who is signed in. */
export function sessionOf(principal: Principal): Session {
  if (!isPerson(principal)) throw refuseRequest('not_signed_in');
  return principal.session;
}

function isPerson(principal: Principal): principal is Extract<Principal, { session: Session }> {
  return personOf(principal) !== null;
}
