import Type from 'typebox';
import { closeSession, listSessions, renewProof } from '#domain/identity/sessions.ts';
import { signIn } from '#domain/identity/sign-in.ts';
import { Assertion, provingAgain, provingAtDoor } from '#http/api/_passkeys.ts';
import { enter, sessionOf, visitorOf } from '#http/api/_session.ts';
import type { App, HttpContext } from '#http/context.ts';
import { clearSessionCookie, setSessionCookie } from '#http/cookies.ts';
import { plain } from '#http/plain.ts';
import { refuseRequest } from '#http/problems.ts';
import { Email, Id, IdParams, Instant, Nothing, Strict } from '#http/schemas.ts';

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
  email: Email,
  password: Type.String({ maxLength: 200 }),
  code: Type.Optional(Code),
  passkey: Type.Optional(Assertion),
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
      schema: {
        summary: 'Sign in',
        description:
          'Answers `second_factor_required` to who knows the password of a login that has one; its fields name what would do: a `code`, or what a `passkey` signed.',
        body: credentials,
        response: { 201: opened },
      },
    },
    async (request, reply) => {
      const { passkey, ...credentials } = request.body;
      const shown = { ...credentials, ...(passkey && { passkey: provingAtDoor(request, passkey, reply) }) };
      const proving = { visitor: visitorOf(request), now: context.now(), secret: context.settings.secret };
      return enter(request, reply, await signIn(db, shown, proving));
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
        description:
          'Needed, at most 15 minutes before, by acts that answer `proof_required`. By password and second factor, or by what a passkey signed, which is both.',
        body: Strict({
          password: Type.Optional(Type.String({ maxLength: 200 })),
          code: Type.Optional(Code),
          passkey: Type.Optional(Assertion),
        }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { password, code, passkey } = request.body;
      const proving = { address: request.ip, now: context.now(), secret: context.settings.secret };
      const shown = passkey ? { passkey: provingAgain(request, passkey) } : { password: wanted(password), code };
      setSessionCookie(reply, context, await renewProof(db, sessionOf(request.principal), { ...proving, ...shown }));
      return reply.code(204).send(null);
    },
  );
}

function wanted(password: string | undefined): string {
  if (password !== undefined) return password;
  throw refuseRequest('invalid_input', { fields: [{ name: 'password', rule: 'is required' }] });
}
