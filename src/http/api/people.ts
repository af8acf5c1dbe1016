import Type from 'typebox';
import { languages } from '#domain/customers/types.ts';
import { changeRole, invitePerson, listPeople, removePerson } from '#domain/identity/people.ts';
import { roles } from '#domain/identity/roles.ts';
import { change, customerOf, read } from '#http/act.ts';
import type { App, HttpContext } from '#http/context.ts';
import { Email, Id, IdParams, Instant, Nothing, Strict, Text, Word } from '#http/schemas.ts';
import { writeInvitation } from '#http/tell.ts';

const Role = Word(...roles);
const Person = Type.Object({
  user_id: Id,
  email: Type.String(),
  name: Type.String(),
  language: Type.String(),
  role: Role,
  second_factor: Type.Boolean(),
  invited: Type.Boolean(),
  created_at: Instant,
});

const write = { access: { customer: 'people:write' }, asSystem: true, fresh: true } as const;

/** Who has a role at a customer (R35). */
export function peopleRoutes(app: App, context: HttpContext): void {
  getPeople(app);
  postPeople(app, context);
  patchPeopleId(app);
  deletePeopleId(app);
}

function getPeople(app: App): void {
  app.get(
    '/v1/people',
    {
      config: { access: { customer: 'people:read' }, asSystem: true },
      schema: { summary: 'People and their roles', response: { 200: Type.Object({ items: Type.Array(Person) }) } },
    },
    (request) => read(request, async (tx) => ({ items: await listPeople(tx, customerOf(request)) })),
  );
}

function postPeople(app: App, context: HttpContext): void {
  app.post(
    '/v1/people',
    {
      config: write,
      schema: {
        summary: 'Invite somebody',
        body: Strict({
          email: Email,
          name: Text(200),
          language: Word(...languages),
          role: Role,
        }),
        response: { 201: Type.Object({ user_id: Id, invited: Type.Boolean() }) },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = customerOf(request);
        const wanted = { ...request.body, customerId, now: context.now() };
        const { userId, invitation } = await invitePerson(tx, act, wanted);
        if (invitation) await writeInvitation(tx, act, { request, customerId, invitation, role: request.body.role });
        return { user_id: userId, invited: invitation !== null };
      }),
  );
}

function patchPeopleId(app: App): void {
  app.patch(
    '/v1/people/:id',
    {
      config: write,
      schema: {
        summary: 'Give somebody another role',
        params: IdParams,
        body: Strict({ role: Role }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const place = { customerId: customerOf(request), userId: BigInt(request.params.id) };
      await change(request, reply, (tx, act) => changeRole(tx, act, { ...place, role: request.body.role }));
      return reply.code(204).send(null);
    },
  );
}

function deletePeopleId(app: App): void {
  app.delete(
    '/v1/people/:id',
    { config: write, schema: { summary: 'Take somebody’s role away', params: IdParams, response: { 204: Nothing } } },
    async (request, reply) => {
      const place = { customerId: customerOf(request), userId: BigInt(request.params.id) };
      await change(request, reply, (tx, act) => removePerson(tx, act, place));
      return reply.code(204).send(null);
    },
  );
}
