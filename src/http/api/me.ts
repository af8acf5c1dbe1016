import Type from 'typebox';
import { languages } from '#domain/customers/types.ts';
import { changePassword, completeReset, requestReset } from '#domain/identity/change-password.ts';
import { changeAddress, changePerson } from '#domain/identity/change-person.ts';
import { type Permission, roleMay, scopes } from '#domain/identity/roles.ts';
import { sessionOf } from '#http/api/_session.ts';
import type { App, HttpContext } from '#http/context.ts';
import { setSessionCookie } from '#http/cookies.ts';
import { plain } from '#http/plain.ts';
import { Email, Id, Instant, Maybe, Nothing, Strict, Text, Word } from '#http/schemas.ts';
import { factorTeller, tellReset } from '#http/tell.ts';

const Language = Word(...languages);
const Password = Type.String({ minLength: 1, maxLength: 200 });
const Me = Type.Object({
  user_id: Id,
  email: Type.String(),
  name: Type.String(),
  language: Type.String(),
  operator_role: Maybe(Type.String()),
  second_factor: Type.Boolean(),
  second_factors: Type.Array(Word('code', 'passkey')),
  fresh_at: Instant,
  customers: Type.Array(
    Type.Object({
      customer_id: Id,
      code: Type.String(),
      name: Type.String(),
      role: Type.String(),
      permissions: Type.Array(Type.String()),
    }),
  ),
});
const permissions: readonly Permission[] = [...scopes, 'people:read', 'people:write', 'tokens:write'];
const person = { access: 'person', beforeSecondFactor: true } as const;

const Accepted = Type.Object({ accepted: Type.Boolean() });

/** Who is signed in, what they may do, and their password. */
export function meRoutes(app: App, context: HttpContext): void {
  getMe(app);
  patchMe(app, context);
  putMeEmail(app, context);
  putMePassword(app, context);
  postPasswordResets(app, context);
  putPasswordResetsToken(app, context);
}

function getMe(app: App): void {
  app.get('/v1/me', { config: person, schema: { summary: 'Who I am', response: { 200: Me } } }, async (request) => {
    const { person: me, memberships, freshAt } = sessionOf(request.principal);
    const customers = memberships.map((one) => ({
      ...one,
      permissions: permissions.filter((permission) => roleMay(one.role, permission)),
    }));
    return plain({
      user_id: me.userId,
      email: me.email,
      name: me.name,
      language: me.language,
      operator_role: me.operatorRole,
      second_factor: me.secondFactors.length > 0,
      second_factors: me.secondFactors,
      fresh_at: freshAt,
      customers,
    });
  });
}

function patchMe(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.patch(
    '/v1/me',
    {
      config: person,
      schema: {
        summary: 'Change my name or language',
        body: Strict({ name: Type.Optional(Text(200)), language: Type.Optional(Language) }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      await changePerson(db, sessionOf(request.principal).person.userId, request.body);
      return reply.code(204).send(null);
    },
  );
}

function putMeEmail(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.put(
    '/v1/me/email',
    {
      config: { access: 'person', fresh: true },
      schema: {
        summary: 'Change my address',
        description: 'The old address is told by letter.',
        body: Strict({ email: Email }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const change = { wanted: request.body.email, now: context.now(), tell: factorTeller(request) };
      await changeAddress(db, sessionOf(request.principal).person.userId, change);
      return reply.code(204).send(null);
    },
  );
}

function putMePassword(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.put(
    '/v1/me/password',
    {
      config: { ...person, fresh: true },
      schema: {
        summary: 'Change my password',
        description: 'All other sessions end, and a letter says so.',
        body: Strict({ current: Password, password: Password }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { current, password: wanted } = request.body;
      const tell = factorTeller(request);
      const change = { current, wanted, address: request.ip, now: context.now(), tell };
      setSessionCookie(reply, context, await changePassword(db, sessionOf(request.principal), change));
      return reply.code(204).send(null);
    },
  );
}

function postPasswordResets(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.post(
    '/v1/password-resets',
    {
      config: { access: 'public', keepAnswer: false },
      schema: {
        summary: 'Ask for a link to choose a new password',
        description: 'The answer is the same whether the address is known or not.',
        body: Strict({ email: Email }),
        response: { 202: Accepted },
      },
    },
    async (request, reply) => {
      const write = await requestReset(db, { email: request.body.email, address: request.ip }, context.now());
      // Not awaited: how long the letter takes would tell who is known here.
      if (write) tellReset(context, write, request.ip);
      return reply.code(202).send({ accepted: true });
    },
  );
}

function putPasswordResetsToken(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.put(
    '/v1/password-resets/:token',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Choose a password with a link',
        description:
          'Opens no session; all that are open end, and a letter says so. Also takes the link of an invitation.',
        params: Strict({ token: Text(43, 43) }),
        body: Strict({ password: Password }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { token } = request.params;
      const wanted = { token, password: request.body.password, address: request.ip, tell: factorTeller(request) };
      await completeReset(db, wanted, context.now());
      return reply.code(204).send(null);
    },
  );
}
