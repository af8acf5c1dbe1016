import Type from 'typebox';
import { forecastTermination, revokeTermination, terminatePlatform } from '#domain/platforms/terminate.ts';
import { type AboutOne, change, customerOf, read } from '#http/act.ts';
import { getPlatformLine, listPlatformLines } from '#http/api/_platforms.ts';
import type { App } from '#http/context.ts';
import {
  Day,
  DryRun,
  Id,
  IdParams,
  Instant,
  Maybe,
  Nothing,
  Page,
  PageQuery,
  Strict,
  Text,
  Word,
} from '#http/schemas.ts';

const Platform = Type.Object(
  {
    platform_id: Id,
    name: Type.String(),
    product: Type.Object({ code: Type.String(), name: Type.String() }),
    state: Word('open', 'closed'),
    terminated_at: Maybe(Instant),
    termination_reason: Maybe(Type.String()),
    created_at: Instant,
    closed_at: Maybe(Instant),
    mailboxes: Type.Object({ active: Type.Integer(), suspended: Type.Integer(), ended: Type.Integer() }),
    modes: Type.Object({ monthly: Type.Integer(), yearly: Type.Integer(), none: Type.Integer() }),
    next_expiry_on: Maybe(Day),
    last_expiry_on: Maybe(Day),
  },
  { $id: 'Platform' },
);
const Ending = Type.Object({
  endings: Type.Array(Type.Object({ ends_on: Day, mailboxes: Type.Integer() })),
  closes_on: Maybe(Day),
});

const Forecast = Type.Object({
  endings: Type.Array(Type.Object({ ends_on: Day, kept_until: Day, mailboxes: Type.Integer() })),
  closes_on: Maybe(Day),
});

const seen = { access: { customer: 'mailboxes:read' } } as const;
const ending = { access: { customer: 'platforms:terminate' }, fresh: true } as const;
const keyOf = (request: AboutOne) => ({
  customerId: customerOf(request),
  platformId: BigInt(request.params.id),
});

/** The mail services of a customer, and their termination (R22). */
export function platformRoutes(app: App): void {
  getPlatforms(app);
  getPlatformsId(app);
  getPlatformsIdTermination(app);
  putPlatformsIdTermination(app);
  deletePlatformsIdTermination(app);
}

function getPlatforms(app: App): void {
  app.get(
    '/v1/platforms',
    {
      config: seen,
      schema: { summary: 'Platforms', querystring: Strict(PageQuery), response: { 200: Page(Platform) } },
    },
    (request) => read(request, (tx) => listPlatformLines(tx, customerOf(request), request.query)),
  );
}

function getPlatformsId(app: App): void {
  app.get(
    '/v1/platforms/:id',
    { config: seen, schema: { summary: 'One platform', params: IdParams, response: { 200: Platform } } },
    (request) => read(request, (tx) => getPlatformLine(tx, keyOf(request))),
  );
}

function getPlatformsIdTermination(app: App): void {
  app.get(
    '/v1/platforms/:id/termination',
    {
      config: seen,
      schema: {
        summary: 'What would end when',
        description: 'The same before and after terminating; content is kept until `kept_until`.',
        params: IdParams,
        response: { 200: Forecast },
      },
    },
    (request) =>
      read(request, async (tx) => {
        await getPlatformLine(tx, keyOf(request));
        const endings = await forecastTermination(tx, keyOf(request));
        return {
          endings: endings.map(({ endsOn, keptUntil, mailboxes }) => {
            return { ends_on: endsOn, kept_until: keptUntil, mailboxes };
          }),
          closes_on: endings.at(-1)?.endsOn ?? null,
        };
      }),
  );
}

function putPlatformsIdTermination(app: App): void {
  app.put(
    '/v1/platforms/:id/termination',
    {
      config: ending,
      schema: {
        summary: 'Terminate a platform (recedere)',
        description: 'Confirmed by its name. Every mailbox ends at its own expiry; revocable until the last has ended.',
        params: IdParams,
        body: Strict({ name: Text(200), reason: Type.Optional(Text(500, 0)), dry_run: DryRun }),
        response: { 200: Ending },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { name, reason = '' } = request.body;
        const answer = await terminatePlatform(tx, act, { ...keyOf(request), name, reason, dryRun: false });
        return {
          endings: answer.endings.map(({ endsOn, mailboxes }) => ({ ends_on: endsOn, mailboxes })),
          closes_on: answer.closesOn,
        };
      }),
  );
}

function deletePlatformsIdTermination(app: App): void {
  app.delete(
    '/v1/platforms/:id/termination',
    {
      config: { access: { customer: 'platforms:terminate' } },
      schema: { summary: 'Take a termination back', params: IdParams, response: { 204: Nothing } },
    },
    async (request, reply) => {
      await change(request, reply, (tx, act) => revokeTermination(tx, act, keyOf(request)));
      return reply.code(204).send(null);
    },
  );
}
