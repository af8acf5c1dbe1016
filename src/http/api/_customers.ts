import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { customerByCode } from '#http/api/_by-code.ts';
import { readCursor, toPage } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

type CustomerLine = {
  customer_id: bigint;
  code: string;
  name: string;
  email: string;
  street: string;
  postal_code: string;
  city: string;
  country: string;
  vat_number: string;
  language: string;
  currency: string;
  created_at: Temporal.Instant;
  balance: bigint;
  parked: boolean;
  mailboxes: bigint;
};

const columns = sql`c.customer_id, c.code, c.name, c.email, c.street, c.postal_code, c.city, c.country, c.vat_number,
  c.language, c.currency, c.created_at, a.balance, a.parked,
  (select count(*) from mailboxes m where m.customer_id = c.customer_id and m.state <> 'ended') as mailboxes`;

export async function listCustomers(
  tx: Tx,
  { cursor, limit, text }: { cursor?: string; limit: number; text?: string },
) {
  const after = readCursor(cursor, ['string'])?.[0] ?? '';
  const { rows } = await sql<CustomerLine>`
    with page as (
      select * from customers where code > ${after}
         and (${text ?? null}::text is null or position(lower(${text ?? ''}) in lower(code || ' ' || name || ' ' || email)) > 0)
       order by code limit ${limit + 1})
    select ${columns} from page c join accounts a on a.customer_id = c.customer_id order by c.code`.execute(tx);
  return toPage(rows, limit, (row) => [row.code]);
}

export async function readCustomer(tx: Tx, code: string): Promise<CustomerLine> {
  const customerId = await customerByCode(tx, code);
  const { rows } = await sql<CustomerLine>`
    select ${columns} from customers c join accounts a on a.customer_id = c.customer_id
     where c.customer_id = ${customerId}`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error(`customer ${code} has no prepaid account`);
  return row;
}
