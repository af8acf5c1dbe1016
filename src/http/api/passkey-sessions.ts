import Type from 'typebox';
import { askToProve, askToSignIn } from '#domain/identity/passkeys.ts';
import { signInWithPasskey } from '#domain/identity/sign-in.ts';
import { AskedAssertion, Assertion, provingAtDoor } from '#http/api/_passkeys.ts';
import { enter, sessionOf, visitorOf } from '#http/api/_session.ts';
import type { App, HttpContext } from '#http/context.ts';
import { attemptOf } from '#http/cookies.ts';
import { Id, Instant, Strict } from '#http/schemas.ts';

const opened = Type.Object({ session_id: Id, expires_at: Instant });

/** Signing in with a passkey, and what it is asked with; also as second factor and as a new proof. */
export function passkeySessionRoutes(app: App, context: HttpContext): void {
  postPasskeyChallenges(app, context);
  postPasskeySessions(app, context);
  postSessionPasskeyChallenges(app, context);
}

function postPasskeyChallenges(app: App, { settings, now }: HttpContext): void {
  app.post(
    '/v1/passkey-challenges',
    {
      config: { access: 'public', keepAnswer: false },
      schema: {
        summary: 'What a passkey signs to sign in',
        description:
          'For `navigator.credentials.get`. The same whoever asks. Good for five minutes, once, and in this browser: a cookie binds it.',
        response: { 201: AskedAssertion },
      },
    },
    async (request, reply) => {
      const { publicUrl, secret } = settings;
      const asked = await askToSignIn(attemptOf(request, reply), { publicUrl, secret, now: now() });
      return reply.code(201).send(asked as never);
    },
  );
}

function postPasskeySessions(app: App, { database, settings, now }: HttpContext): void {
  app.post(
    '/v1/passkey-sessions',
    {
      config: { access: 'public', keepAnswer: false },
      schema: {
        summary: 'Sign in with a passkey',
        description: 'Without address and password: the device has looked at its owner, so it is both factors.',
        body: Strict({ passkey: Assertion }),
        response: { 201: opened },
      },
    },
    async (request, reply) => {
      const proof = provingAtDoor(request, request.body.passkey, reply);
      const proving = { visitor: visitorOf(request), now: now(), secret: settings.secret };
      return enter(request, reply, await signInWithPasskey(database.system, proof, proving));
    },
  );
}

function postSessionPasskeyChallenges(app: App, { database, settings, now }: HttpContext): void {
  app.post(
    '/v1/session/passkey-challenges',
    {
      config: { access: 'person', beforeSecondFactor: true, keepAnswer: false },
      schema: {
        summary: 'What one of my passkeys signs to prove once more that it is me',
        description: 'For `navigator.credentials.get`. Good for five minutes, once, and in this session.',
        response: { 201: AskedAssertion },
      },
    },
    async (request, reply) => {
      const { publicUrl, secret } = settings;
      const asked = await askToProve(database.system, sessionOf(request.principal), { publicUrl, secret, now: now() });
      return reply.code(201).send(asked as never);
    },
  );
}
