import Type from 'typebox';
import { changeCustomer } from '#domain/customers/change.ts';
import { registerCustomers } from '#domain/customers/register.ts';
import { languages } from '#domain/customers/types.ts';
import { invitePerson } from '#domain/identity/people.ts';
import { openAccounts } from '#domain/ledger/open.ts';
import { change, read } from '#http/act.ts';
import { customerByCode } from '#http/api/_by-code.ts';
import { listCustomers, readCustomer } from '#http/api/_customers.ts';
import type { App, HttpContext } from '#http/context.ts';
import { Amount, DryRun, Email, Id, Instant, Page, PageQuery, Reason, Strict, Text, Word } from '#http/schemas.ts';
import { writeInvitation } from '#http/tell.ts';

const Customer = Type.Object(
  {
    customer_id: Id,
    code: Type.String(),
    name: Type.String(),
    email: Type.String(),
    street: Type.String(),
    postal_code: Type.String(),
    city: Type.String(),
    country: Type.String(),
    vat_number: Type.String(),
    language: Type.String(),
    currency: Type.String(),
    created_at: Instant,
    balance: Amount,
    parked: Type.Boolean(),
    mailboxes: Type.Integer(),
  },
  { $id: 'Customer' },
);
const free = (most: number) => Type.Optional(Text(most, 0));
const place = { street: free(200), postal_code: free(20), city: free(100), vat_number: free(20) };
const named = {
  name: Text(200),
  email: Email,
  country: Text(2),
  language: Word(...languages),
};
const Params = Strict({ code: Text(64) });
const Admin = Strict({ email: Email, name: Text(200) });

const seen = { access: { operator: 'customers:read' } } as const;
const written = { access: { operator: 'customers:write' } } as const;

/** Customers, as our staff sees them. */
export function customerRoutes(app: App, context: HttpContext): void {
  getCustomers(app);
  getCustomersCode(app);
  postCustomers(app, context);
  patchCustomersCode(app);
}

function getCustomers(app: App): void {
  app.get(
    '/v1/customers',
    {
      config: seen,
      schema: {
        summary: 'Customers by code',
        querystring: Strict({ ...PageQuery, text: Type.Optional(Text(100)) }),
        response: { 200: Page(Customer) },
      },
    },
    (request) => read(request, (tx) => listCustomers(tx, request.query)),
  );
}

function getCustomersCode(app: App): void {
  app.get(
    '/v1/customers/:code',
    { config: seen, schema: { summary: 'One customer', params: Params, response: { 200: Customer } } },
    (request) => read(request, (tx) => readCustomer(tx, request.params.code)),
  );
}

function postCustomers(app: App, context: HttpContext): void {
  app.post(
    '/v1/customers',
    {
      config: written,
      schema: {
        summary: 'Register a customer',
        description: 'Opens the prepaid account at 0 and invites the first administrator, where one is named.',
        body: Strict({
          code: Text(64),
          currency: Text(3),
          ...named,
          ...place,
          admin: Type.Optional(Admin),
          dry_run: DryRun,
        }),
        response: { 200: Customer, 201: Customer },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const { admin, postal_code: postalCode = '', vat_number: vatNumber = '', dry_run: _, ...rest } = request.body;
        const ids = await registerCustomers(tx, act, [{ ...rest, postalCode, vatNumber }]);
        const customerId = ids.get(rest.code) ?? 0n;
        await openAccounts(tx, [{ customerId, currency: rest.currency }]);
        if (admin) {
          const wanted = { ...admin, customerId, language: rest.language, role: 'admin', now: context.now() } as const;
          const { invitation } = await invitePerson(tx, act, wanted);
          if (invitation) await writeInvitation(tx, act, { request, customerId, invitation, role: wanted.role });
        }
        return readCustomer(tx, rest.code);
      }),
  );
}

function patchCustomersCode(app: App): void {
  app.patch(
    '/v1/customers/:code',
    {
      config: written,
      schema: {
        summary: 'Change a customer',
        params: Params,
        body: Strict({ ...optional(named), ...place, reason: Reason, dry_run: DryRun }),
        response: { 200: Customer },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = await customerByCode(tx, request.params.code);
        const { reason, dry_run: _, postal_code, vat_number, ...rest } = request.body;
        const patch = {
          ...rest,
          ...(postal_code !== undefined && { postalCode: postal_code }),
          ...(vat_number !== undefined && { vatNumber: vat_number }),
        };
        await changeCustomer(tx, act, { customerId, patch, reason });
        return readCustomer(tx, request.params.code);
      }),
  );
}

function optional<const Properties extends Record<string, Parameters<typeof Type.Optional>[0]>>(
  properties: Properties,
) {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)])) as {
    [Name in keyof Properties]: ReturnType<typeof Type.Optional<Properties[Name]>>;
  };
}
