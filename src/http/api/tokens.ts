import { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { scopes } from '#domain/identity/roles.ts';
import { issueToken, listTokens, revokeToken } from '#domain/identity/tokens.ts';
import { change, customerOf, read } from '#http/act.ts';
import { sessionOf } from '#http/api/_session.ts';
import type { App, HttpContext } from '#http/context.ts';
import { roleAt } from '#http/principal.ts';
import { refuseRequest } from '#http/problems.ts';
import { Id, IdParams, Instant, Maybe, Nothing, Strict, Text, Word } from '#http/schemas.ts';

const Scopes = Type.Array(Word(...scopes), { minItems: 1, maxItems: scopes.length, uniqueItems: true });
const TokenLine = Type.Object({
  token_id: Id,
  user_id: Id,
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  created_at: Instant,
  used_at: Maybe(Instant),
  expires_at: Maybe(Instant),
  revoked_at: Maybe(Instant),
});

const access = { customer: 'tokens:write' } as const;

/** API tokens of a customer: scoped, hashed, shown once. */
export function tokenRoutes(app: App, context: HttpContext): void {
  getTokens(app);
  postTokens(app, context);
  deleteTokensId(app);
}

function getTokens(app: App): void {
  app.get(
    '/v1/tokens',
    {
      config: { access },
      schema: { summary: 'API tokens', response: { 200: Type.Object({ items: Type.Array(TokenLine) }) } },
    },
    (request) => read(request, async (tx) => ({ items: await listTokens(tx, customerOf(request)) })),
  );
}

function postTokens(app: App, context: HttpContext): void {
  app.post(
    '/v1/tokens',
    {
      config: { access, fresh: true, keepAnswer: false },
      schema: {
        summary: 'Make an API token',
        description:
          'Its text is shown in this answer and never again. What asks for a recent proof takes a person, whatever the scopes: `platforms:terminate` lets a token take a termination back, and `money:write` neither withdraw credit nor register, order or remove payment methods.',
        body: Strict({ name: Text(100), scopes: Scopes, expires_at: Type.Optional(Maybe(Instant)) }),
        response: { 201: Type.Object({ token_id: Id, token: Type.String() }) },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = customerOf(request);
        const role = roleAt(request.principal, customerId);
        if (!role) throw refuseRequest('not_allowed');
        const { expires_at, ...draft } = request.body;
        const expiresAt = expires_at ? Temporal.Instant.from(expires_at) : null;
        const { userId } = sessionOf(request.principal).person;
        return issueToken(tx, act, { ...draft, customerId, userId, role, expiresAt, now: context.now() });
      }),
  );
}

function deleteTokensId(app: App): void {
  app.delete(
    '/v1/tokens/:id',
    { config: { access }, schema: { summary: 'Revoke an API token', params: IdParams, response: { 204: Nothing } } },
    async (request, reply) => {
      const token = { customerId: customerOf(request), tokenId: BigInt(request.params.id) };
      await change(request, reply, (tx, act) => revokeToken(tx, act, token));
      return reply.code(204).send(null);
    },
  );
}
