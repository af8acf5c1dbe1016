import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { customerOf, read } from '#http/act.ts';
import { findMailboxLine, listMailboxLines } from '#http/api/_mailboxes.ts';
import type { App } from '#http/context.ts';
import { refuseRequest } from '#http/problems.ts';
import { Amount, Day, Id, IdParams, Maybe, Page, PageQuery, Strict, Text, Word } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const Mode = Word('monthly', 'yearly', 'none');

/** The words that say which mailboxes are meant. */
export const MailboxFilterSchema = {
  platform_id: Type.Optional(Id),
  mode: Type.Optional(Mode),
  state: Type.Optional(Word('active', 'suspended', 'ended')),
  plan: Type.Optional(Text(64, 0)),
  text: Type.Optional(Text(254)),
};

const Mailbox = Type.Object(
  {
    mailbox_id: Id,
    platform_id: Id,
    platform: Type.String(),
    plan: Type.String(),
    plan_name: Type.String(),
    address: Type.String(),
    state: Word('active', 'suspended', 'ended'),
    suspended_for: Maybe(Word('expiry', 'debt')),
    mode: Mode,
    later_mode: Maybe(Mode),
    previous_mode: Maybe(Word('monthly', 'yearly')),
    expires_on: Day,
    delete_on: Maybe(Day),
    platform_terminated: Type.Boolean(),
    currency: Type.String(),
    next: Type.Object({
      what: Word('renews', 'ends', 'waits_for_payment', 'has_no_price', 'nothing'),
      on: Maybe(Day),
      until: Maybe(Day),
      mode: Maybe(Word('monthly', 'yearly')),
      net: Maybe(Amount),
    }),
  },
  { $id: 'Mailbox', description: 'A billed e-mail account and what happens to it at its expiry; amounts are net.' },
);
const TermLine = Type.Object({
  starts_on: Day,
  ends_on: Day,
  mode: Word('monthly', 'yearly'),
  net: Amount,
  invoice_id: Maybe(Id),
  invoice: Maybe(Type.String()),
});

/** The mailboxes of a customer. */
export function mailboxRoutes(app: App): void {
  const config = { access: { customer: 'mailboxes:read' } } as const;
  const sort = Type.Unsafe<'address' | '-address' | 'expires_on' | '-expires_on'>({
    type: 'string',
    enum: ['address', '-address', 'expires_on', '-expires_on'],
    default: 'address',
  });
  app.get(
    '/v1/mailboxes',
    {
      config,
      schema: {
        summary: 'Mailboxes',
        description:
          'Without `state`, all that have not ended. `total` counts all that match and comes with the first page only.',
        querystring: Strict({ ...MailboxFilterSchema, ...PageQuery, sort }),
        response: { 200: Type.Object({ ...Page(Mailbox).properties, total: Maybe(Type.Integer()) }) },
      },
    },
    (request) => read(request, (tx) => listMailboxLines(tx, customerOf(request), request.query)),
  );

  app.get(
    '/v1/mailboxes/:id',
    {
      config,
      schema: {
        summary: 'One mailbox with its terms',
        params: IdParams,
        response: { 200: Type.Object({ ...Mailbox.properties, terms: Type.Array(TermLine) }) },
      },
    },
    (request) =>
      read(request, async (tx) => {
        const key = { customerId: customerOf(request), mailboxId: BigInt(request.params.id) };
        const mailbox = await findMailboxLine(tx, key);
        if (!mailbox) throw refuseRequest('not_found');
        return { ...mailbox, terms: await listTerms(tx, key) };
      }),
  );
}

type Term = {
  starts_on: Temporal.PlainDate;
  ends_on: Temporal.PlainDate;
  mode: 'monthly' | 'yearly';
  net: bigint;
  invoice_id: bigint | null;
  invoice: string | null;
};

async function listTerms(
  tx: Tx,
  { customerId, mailboxId }: { customerId: bigint; mailboxId: bigint },
): Promise<Term[]> {
  const { rows } = await sql<Term>`
    select t.starts_on, t.ends_on, t.mode, t.net, t.invoice_id, i.number as invoice
      from terms t
      left join invoices i on i.customer_id = t.customer_id and i.invoice_id = t.invoice_id
     where t.customer_id = ${customerId} and t.mailbox_id = ${mailboxId}
     order by t.starts_on desc limit 200`.execute(tx);
  return rows;
}
