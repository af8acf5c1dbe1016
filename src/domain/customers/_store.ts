import { type RawBuilder, sql } from 'kysely';
import type { Customer, NewCustomer, NewSeller } from '#domain/customers/types.ts';
import type { Act } from '#domain/events/record.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

const customerColumns = sql`
  customer_id as "customerId", code, name, email, street, postal_code as "postalCode", city, country,
  vat_number as "vatNumber", language, currency, created_at as "createdAt"`;

export async function selectCustomers(tx: Db | Tx, where: RawBuilder<unknown>): Promise<Customer[]> {
  const { rows } = await sql<Customer>`select ${customerColumns} from customers where ${where} order by code`.execute(
    tx,
  );
  return rows;
}

/** Leaves out those whose code is taken, also by a transaction that commits while this one waits for it. */
export async function insertCustomers(tx: Tx, act: Act, rows: readonly NewCustomer[]): Promise<Map<string, bigint>> {
  const inserted = await sql<{ code: string; customerId: bigint }>`
    insert into customers (seller_id, code, name, email, street, postal_code, city, country, vat_number, language,
                           currency, created_at)
    select s.seller_id, u.code, u.name, u.email, u.street, u.postal_code, u.city, u.country, u.vat_number, u.language,
           u.currency, ${act.at}::timestamptz
      from (select seller_id from sellers order by seller_id limit 1) s
      cross join ${columns(rows, {
        code: ['text', (row) => row.code],
        name: ['text', (row) => row.name],
        email: ['text', (row) => row.email],
        street: ['text', (row) => row.street ?? ''],
        postal_code: ['text', (row) => row.postalCode ?? ''],
        city: ['text', (row) => row.city ?? ''],
        country: ['text', (row) => row.country],
        vat_number: ['text', (row) => row.vatNumber ?? ''],
        language: ['text', (row) => row.language],
        currency: ['text', (row) => row.currency],
      })}
    on conflict (code) do nothing
    returning code, customer_id as "customerId"`.execute(tx);
  return new Map(inserted.rows.map((row) => [row.code, row.customerId]));
}

/** Takes a customer's row for this transaction, so that of two changes at once the second sees the first. */
export async function lockCustomer(tx: Tx, customerId: bigint): Promise<void> {
  await sql`update customers set name = name where customer_id = ${customerId}`.execute(tx);
}

export async function updateCustomer(tx: Tx, customer: Customer): Promise<void> {
  await sql`
    update customers
       set name = ${customer.name}, email = ${customer.email}, street = ${customer.street},
           postal_code = ${customer.postalCode}, city = ${customer.city}, country = ${customer.country},
           vat_number = ${customer.vatNumber}, language = ${customer.language}
     where customer_id = ${customer.customerId}`.execute(tx);
}

export type SellerRow = NewSeller & { sellerId: bigint; policy: object };

/** Today there is one; the first registered is the one that sells. */
export async function selectSeller(tx: Db | Tx): Promise<SellerRow | undefined> {
  const { rows } = await sql<SellerRow>`
    select seller_id as "sellerId", name, street, postal_code as "postalCode", city, country, vat_number as "vatNumber",
           email, iban, bic, currency, time_zone as "timeZone", policy
      from sellers order by seller_id limit 1`.execute(tx);
  return rows[0];
}

/** Takes the seller's row for this transaction, so that of two changes at once the second sees the first. */
export async function lockSeller(tx: Tx): Promise<void> {
  await sql`update sellers set name = name`.execute(tx);
}

export async function insertSeller(tx: Tx, act: Act, seller: NewSeller): Promise<void> {
  await sql`
    insert into sellers (name, street, postal_code, city, country, vat_number, email, iban, bic, currency, time_zone,
                         created_at)
    values (${seller.name}, ${seller.street}, ${seller.postalCode}, ${seller.city}, ${seller.country},
            ${seller.vatNumber}, ${seller.email}, ${seller.iban}, ${seller.bic}, ${seller.currency}, ${seller.timeZone},
            ${act.at}::timestamptz)`.execute(tx);
}

export async function updateSeller(tx: Tx, sellerId: bigint, seller: NewSeller): Promise<void> {
  await sql`
    update sellers
       set name = ${seller.name}, street = ${seller.street}, postal_code = ${seller.postalCode}, city = ${seller.city},
           country = ${seller.country}, vat_number = ${seller.vatNumber}, email = ${seller.email}, iban = ${seller.iban},
           bic = ${seller.bic}, currency = ${seller.currency}, time_zone = ${seller.timeZone}
     where seller_id = ${sellerId}`.execute(tx);
}

export async function updatePolicy(tx: Tx, sellerId: bigint, overrides: object): Promise<void> {
  await sql`update sellers set policy = ${JSON.stringify(overrides)}::jsonb where seller_id = ${sellerId}`.execute(tx);
}
