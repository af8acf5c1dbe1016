import Type from 'typebox';
import {
  confirmSecondFactor,
  getSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  startSecondFactor,
} from '#domain/identity/second-factor.ts';
import { sessionOf } from '#http/api/_session.ts';
import type { App, HttpContext } from '#http/context.ts';
import { Nothing, Strict } from '#http/schemas.ts';
import { factorTeller } from '#http/tell.ts';

const Codes = Type.Object({ recovery_codes: Type.Array(Type.String()) });
const fresh = { access: 'person', beforeSecondFactor: true, fresh: true, keepAnswer: false } as const;

const Standing = Type.Object({
  active: Type.Boolean(),
  authenticator: Type.Boolean(),
  pending: Type.Boolean(),
  recovery_codes_left: Type.Integer(),
});

/** The authenticator of who is signed in, and the recovery codes. */
export function secondFactorRoutes(app: App, context: HttpContext): void {
  getMeSecondFactor(app, context);
  postMeSecondFactor(app, context);
  putMeSecondFactor(app, context);
  deleteMeSecondFactor(app, context);
  postMeRecoveryCodes(app, context);
}

function getMeSecondFactor(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.get(
    '/v1/me/second-factor',
    {
      config: { access: 'person', beforeSecondFactor: true },
      schema: { summary: 'Whether I have a second factor, and which', response: { 200: Standing } },
    },
    (request) => getSecondFactor(db, sessionOf(request.principal).person.userId),
  );
}

function postMeSecondFactor(app: App, context: HttpContext): void {
  const db = context.database.system;
  const { secret } = context.settings;
  app.post(
    '/v1/me/second-factor',
    {
      config: fresh,
      schema: {
        summary: 'Begin an authenticator',
        response: { 201: Type.Object({ secret: Type.String(), uri: Type.String() }) },
      },
    },
    async (request, reply) => {
      const started = await startSecondFactor(db, sessionOf(request.principal).person.userId, secret);
      return reply.code(201).send(started);
    },
  );
}

function putMeSecondFactor(app: App, context: HttpContext): void {
  const db = context.database.system;
  const { secret } = context.settings;
  app.put(
    '/v1/me/second-factor',
    {
      config: fresh,
      schema: {
        summary: 'Put the authenticator into force with its first code',
        description: 'With the first second factor of any kind come ten recovery codes, shown this once.',
        body: Strict({ code: Type.String({ minLength: 6, maxLength: 10 }) }),
        response: { 200: Codes },
      },
    },
    (request) => {
      const tell = factorTeller(request);
      const proof = { code: request.body.code, address: request.ip, now: context.now(), secret, tell };
      return confirmSecondFactor(db, sessionOf(request.principal).person.userId, proof);
    },
  );
}

function deleteMeSecondFactor(app: App, context: HttpContext): void {
  const db = context.database.system;
  const { mode } = context.settings;
  app.delete(
    '/v1/me/second-factor',
    { config: fresh, schema: { summary: 'Do without the authenticator', response: { 204: Nothing } } },
    async (request, reply) => {
      const removal = { mandatory: mode === 'production', tell: factorTeller(request) };
      await removeSecondFactor(db, sessionOf(request.principal).person.userId, removal);
      return reply.code(204).send(null);
    },
  );
}

function postMeRecoveryCodes(app: App, context: HttpContext): void {
  const db = context.database.system;
  app.post(
    '/v1/me/recovery-codes',
    {
      config: fresh,
      schema: { summary: 'New recovery codes; the old ones end, and a letter says so', response: { 201: Codes } },
    },
    async (request, reply) => {
      const codes = await renewRecoveryCodes(db, sessionOf(request.principal).person.userId, factorTeller(request));
      return reply.code(201).send(codes);
    },
  );
}
