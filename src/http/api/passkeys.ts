import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import Type from 'typebox';
import { addPasskey, listPasskeys, removePasskey, renamePasskey, startPasskey } from '#domain/identity/passkeys.ts';
import { AskedAttestation, Attestation } from '#http/api/_passkeys.ts';
import { sessionOf } from '#http/api/_session.ts';
import type { App, HttpContext } from '#http/context.ts';
import { plain } from '#http/plain.ts';
import { Id, IdParams, Instant, Maybe, Nothing, Strict, Text } from '#http/schemas.ts';
import { factorTeller } from '#http/tell.ts';

const Name = Text(100);
const Line = Type.Object({ passkey_id: Id, name: Type.String(), created_at: Instant, used_at: Maybe(Instant) });
const person = { access: 'person', beforeSecondFactor: true } as const;
const fresh = { ...person, fresh: true, keepAnswer: false } as const;

/** The passkeys of who is signed in. */
export function passkeyRoutes(app: App, context: HttpContext): void {
  getMePasskeys(app, context);
  postMePasskeyChallenges(app, context);
  postMePasskeys(app, context);
  patchMePasskeysId(app, context);
  deleteMePasskeysId(app, context);
}

function getMePasskeys(app: App, { database }: HttpContext): void {
  app.get(
    '/v1/me/passkeys',
    {
      config: person,
      schema: { summary: 'My passkeys', response: { 200: Type.Object({ items: Type.Array(Line) }) } },
    },
    async (request) => {
      return plain({ items: await listPasskeys(database.system, sessionOf(request.principal).person.userId) });
    },
  );
}

function postMePasskeyChallenges(app: App, { database, settings, now }: HttpContext): void {
  app.post(
    '/v1/me/passkey-challenges',
    {
      config: fresh,
      schema: {
        summary: 'Begin a passkey',
        description: 'For `navigator.credentials.create`. Good for five minutes, once, and in this session.',
        response: { 201: AskedAttestation },
      },
    },
    async (request, reply) => {
      const at = { publicUrl: settings.publicUrl, now: now(), secret: settings.secret };
      const asked = await startPasskey(database.system, sessionOf(request.principal), at);
      return reply.code(201).send(asked as never);
    },
  );
}

function postMePasskeys(app: App, { database, settings, now }: HttpContext): void {
  app.post(
    '/v1/me/passkeys',
    {
      config: fresh,
      schema: {
        summary: 'Add a passkey',
        description: 'With the first second factor of any kind come ten recovery codes, shown this once.',
        body: Strict({ name: Name, passkey: Attestation }),
        response: { 201: Type.Object({ passkey_id: Id, recovery_codes: Type.Array(Type.String()) }) },
      },
    },
    async (request, reply) => {
      const { name, passkey } = request.body;
      const added = await addPasskey(database.system, sessionOf(request.principal), {
        ...{ publicUrl: settings.publicUrl, now: now(), secret: settings.secret },
        ...{ name, answer: passkey as RegistrationResponseJSON, tell: factorTeller(request) },
      });
      return reply.code(201).send(plain(added));
    },
  );
}

function patchMePasskeysId(app: App, { database }: HttpContext): void {
  app.patch(
    '/v1/me/passkeys/:id',
    {
      config: person,
      schema: {
        summary: 'Give a passkey another name',
        params: IdParams,
        body: Strict({ name: Name }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const renamed = { passkeyId: BigInt(request.params.id), name: request.body.name };
      await renamePasskey(database.system, sessionOf(request.principal).person.userId, renamed);
      return reply.code(204).send(null);
    },
  );
}

function deleteMePasskeysId(app: App, { database, settings }: HttpContext): void {
  app.delete(
    '/v1/me/passkeys/:id',
    { config: fresh, schema: { summary: 'Remove a passkey', params: IdParams, response: { 204: Nothing } } },
    async (request, reply) => {
      const passkeyId = BigInt(request.params.id);
      const removal = { passkeyId, mandatory: settings.mode === 'production', tell: factorTeller(request) };
      await removePasskey(database.system, sessionOf(request.principal).person.userId, removal);
      return reply.code(204).send(null);
    },
  );
}
