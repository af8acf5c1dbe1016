import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Db, type Tx, transaction } from '#kit/db.ts';

/** What to renew without any TypeScript: the day, and on how many connections at once. */
export type BareRun = { dueOn: Temporal.PlainDate; connections: number };

// Large enough that the statements and not their number cost.
const customersAtOnce = 5_000;

/**
 * The yardstick: writes the rows of a renewal day into the same tables by set-based SQL alone, on the same number of
 * connections. It knows nothing of policies, prices, VAT or failures beyond this one day; it only writes the rows.
 */
export async function renewBare(db: Db, { dueOn, connections }: BareRun): Promise<void> {
  const { rows } = await sql<{ id: bigint }>`select customer_id as id from customers order by customer_id`.execute(db);
  const chunks: [bigint, bigint][] = [];
  for (let from = 0; from < rows.length; from += customersAtOnce) {
    const chunk = rows.slice(from, from + customersAtOnce);
    chunks.push([chunk[0]?.id ?? 0n, chunk.at(-1)?.id ?? 0n]);
  }
  const lane = async () => {
    for (let chunk = chunks.pop(); chunk; chunk = chunks.pop()) {
      const [first, last] = chunk;
      await transaction(db, (tx) => renewChunk(tx, { first, last, dueOn }));
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
}

type Chunk = { first: bigint; last: bigint; dueOn: Temporal.PlainDate };

async function renewChunk(tx: Tx, chunk: Chunk): Promise<void> {
  const { first, last, dueOn } = chunk;
  await sql`update accounts set lock_version = lock_version + 1 where customer_id between ${first} and ${last}`.execute(
    tx,
  );
  await sql`create temporary table bare_invoices (customer_id bigint, invoice_id bigint, net bigint) on commit drop`.execute(
    tx,
  );
  await sql`
    insert into bare_invoices
    select customer_id, nextval('ids'), net
      from (select m.customer_id, sum(case m.mode when 'yearly' then p.yearly else p.monthly end)::bigint as net
              from mailboxes m join prices p on p.plan_id = m.plan_id
             where m.customer_id between ${first} and ${last} and m.due_on <= ${dueOn}
             group by m.customer_id) due`.execute(tx);
  await sql`
    insert into terms (customer_id, mailbox_id, chain, starts_on, ends_on, previous_ends_on, plan_id, mode, invoice_id, line_no, net)
    select m.customer_id, m.mailbox_id, m.chain, m.expires_on,
           m.expires_on + case m.mode when 'yearly' then interval '1 year' else interval '1 month' end,
           m.expires_on, m.plan_id, m.mode, b.invoice_id,
           row_number() over (partition by m.customer_id order by m.mailbox_id),
           case m.mode when 'yearly' then p.yearly else p.monthly end
      from mailboxes m join prices p on p.plan_id = m.plan_id join bare_invoices b on b.customer_id = m.customer_id
     where m.customer_id between ${first} and ${last} and m.due_on <= ${dueOn}`.execute(tx);
  await sql`
    update mailboxes
       set expires_on = expires_on + case mode when 'yearly' then interval '1 year' else interval '1 month' end,
           due_on = expires_on + case mode when 'yearly' then interval '1 year' else interval '1 month' end
     where customer_id between ${first} and ${last} and due_on <= ${dueOn}`.execute(tx);
  await writeDocuments(tx, chunk);
}

async function writeDocuments(tx: Tx, { dueOn }: Chunk): Promise<void> {
  const { rows } = await sql<{ before: bigint }>`
    insert into counters (seller_id, series, year, last, issued_on)
    select seller_id, 'F', extract(year from ${dueOn}::date), (select count(*) from bare_invoices), ${dueOn} from sellers
    on conflict (seller_id, series, year) do update set last = counters.last + excluded.last
    returning last - (select count(*) from bare_invoices) as before`.execute(tx);
  const before = rows[0]?.before ?? 0n;
  await sql`
    insert into invoices (customer_id, invoice_id, seller_id, series, year, seq, number, issued_on, issued_at, deadline_at,
                          currency, net, vat_rate_bp, vat, gross, vat_note, buyer)
    select b.customer_id, b.invoice_id, c.seller_id, 'F', extract(year from ${dueOn}::date), n.seq,
           'F' || extract(year from ${dueOn}::date) || '-' || lpad(n.seq::text, 6, '0'), ${dueOn}, now(), now() + interval '8 days',
           'EUR', b.net, 2200, (b.net * 22 + 50) / 100, b.net + (b.net * 22 + 50) / 100, '',
           jsonb_build_object('code', c.code, 'name', c.name, 'street', c.street, 'postalCode', c.postal_code, 'city', c.city,
                              'country', c.country, 'vatNumber', c.vat_number, 'language', c.language)
      from (select *, ${before}::bigint + row_number() over (order by customer_id) as seq from bare_invoices) n
      join bare_invoices b on b.customer_id = n.customer_id
      join customers c on c.customer_id = b.customer_id`.execute(tx);
  await sql`
    update accounts a set balance = a.balance - i.gross, movements = a.movements + 1
      from invoices i join bare_invoices b on b.customer_id = i.customer_id and b.invoice_id = i.invoice_id
     where a.customer_id = i.customer_id`.execute(tx);
  await sql`
    insert into movements (customer_id, number, previous_number, at, cause, reference, amount, balance_before, balance_after)
    select i.customer_id, a.movements, nullif(a.movements - 1, 0), now(), 'invoice', i.number, -i.gross, a.balance + i.gross, a.balance
      from invoices i join bare_invoices b on b.customer_id = i.customer_id and b.invoice_id = i.invoice_id
      join accounts a on a.customer_id = i.customer_id`.execute(tx);
  await sql`
    insert into transfers (customer_id, reference, movement_number, debit, credit, amount, currency, posted_at)
    select i.customer_id, i.number || ':' || part, a.movements, 'customer', account, amount, 'EUR', now()
      from invoices i join bare_invoices b on b.customer_id = i.customer_id and b.invoice_id = i.invoice_id
      join accounts a on a.customer_id = i.customer_id
     cross join lateral (values ('net', 'revenue', i.net), ('vat', 'vat', i.vat)) as t(part, account, amount)`.execute(
    tx,
  );
  await sql`
    insert into debts (customer_id, invoice_id, due, deadline_at, opened_at)
    select i.customer_id, i.invoice_id, i.gross, i.deadline_at, now()
      from invoices i join bare_invoices b on b.customer_id = i.customer_id and b.invoice_id = i.invoice_id`.execute(
    tx,
  );
  await sql`
    with written as (
      insert into events (customer_id, type, at, actor, data)
      select i.customer_id, 'invoices.issued', now(), 'system',
             jsonb_build_object('invoice_id', i.invoice_id, 'number', i.number, 'gross', i.gross, 'due', i.gross, 'order_id', null)
        from invoices i join bare_invoices b on b.customer_id = i.customer_id and b.invoice_id = i.invoice_id
      returning customer_id, event_id)
    insert into reactions (customer_id, event_id) select customer_id, event_id from written`.execute(tx);
}
