import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Db } from '#kit/db.ts';

/** How many customers, mailboxes each, and the day on which all of them expire. */
export type BenchSize = { customers: number; mailboxesEach: number; dueOn: Temporal.PlainDate };

/**
 * Fills an empty database with customers whose mailboxes all expire on one day, every seventh yearly. Rows are made
 * inside the database, so that loading them says nothing about the memory of the process that is measured.
 */
export async function loadBenchData(db: Db, { customers, mailboxesEach, dueOn }: BenchSize): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`insert into products (code, name) values ('bench', 'Bench')`.execute(tx);
    await sql`insert into plans (product_id, code, name) select product_id, 'bench-plan', 'Bench plan' from products`.execute(
      tx,
    );
    await sql`
      insert into prices (plan_id, currency, valid_from, monthly, yearly, announced_at)
      select plan_id, 'EUR', ${dueOn}::date - 400, 299, 2999, now() from plans`.execute(tx);
    await sql`
      insert into customers (customer_id, seller_id, code, name, email, country, language, currency, created_at)
      select nextval('ids'), s.seller_id, 'bench' || n, 'Customer ' || n, 'customer' || n || '@example.com', 'IT', 'it', 'EUR', now()
        from sellers s, generate_series(1, ${customers}::int) n`.execute(tx);
    await sql`insert into accounts (customer_id, currency) select customer_id, 'EUR' from customers`.execute(tx);
    await sql`
      insert into platforms (customer_id, name, product_id, created_at)
      select c.customer_id, 'hosted-' || c.code, p.product_id, now() from customers c, products p`.execute(tx);
    await sql`
      insert into mailboxes (customer_id, platform_id, plan_id, address, state, mode, anchor_on, expires_on, due_on,
                             applied_version, provision_after, created_at)
      select p.customer_id, p.platform_id, plans.plan_id, 'm' || n || '@c' || p.customer_id || '.example', 'active',
             case when n % 7 = 0 then 'yearly' else 'monthly' end,
             case when n % 7 = 0 then ${dueOn}::date - interval '1 year' else ${dueOn}::date - interval '1 month' end,
             ${dueOn}::date, ${dueOn}::date, 1, now(), now()
        from platforms p, plans, generate_series(1, ${mailboxesEach}::int) n`.execute(tx);
    await sql`insert into taken_addresses (address) select address from mailboxes`.execute(tx);
    await sql`
      insert into terms (customer_id, mailbox_id, chain, starts_on, ends_on, plan_id, mode, net)
      select customer_id, mailbox_id, 1, anchor_on, expires_on, plan_id, mode, 0 from mailboxes`.execute(tx);
  });
}
