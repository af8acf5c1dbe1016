import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { Temporal } from 'temporal-polyfill';
import { loadBenchData } from '#cli/bench-data.ts';
import { registerUsers } from '#domain/identity/register.ts';
import { renewals } from '#domain/renewals/renew.ts';
import { morningOf, setClock, standing } from '#kit/clock.ts';
import { type Database, type Db, openDatabase, transaction } from '#kit/db.ts';
import { bootEmbedded } from '#kit/embedded.ts';
import { secretToken, sha256 } from '#kit/ids.ts';
import { migrate } from '#kit/migrate.ts';
import { seller } from '#spec/build.ts';
import { runProcess } from '#worker/run-process.ts';

/** A database with many customers, and the session of somebody at each of some of them. */
export type Town = {
  ownerUrl: string;
  database: Database;
  users: readonly User[];
  large: User;
  databasePid: number;
  close(): Promise<void>;
};

/** Somebody who is signed in: the cookie to ask with, and the platform they open. */
export type User = { cookie: string; platformId: bigint };

export const benchSecret = 'bench';
export const largeMailboxes = 50_000;
const dueOn = Temporal.PlainDate.from('2027-02-01');
const timeZone = 'Europe/Rome';

/**
 * Opens the town: customers with ten mailboxes each, all of them renewed once, so that everybody has terms, an invoice,
 * movements and events; and one customer with a platform of 50,000 mailboxes that expire on every day of the year. In
 * `folder`, when one is given, it is kept and found again.
 */
export async function openTown({ customers, folder }: { customers: number; folder: string | null }): Promise<Town> {
  const home = folder ?? mkdtempSync(join(tmpdir(), 'rinnovo-bench-'));
  mkdirSync(home, { recursive: true });
  const server = await bootEmbedded(home, benchSecret, { max_wal_size: '4GB' });
  await migrate(server.url, benchSecret);
  const database = await openDatabase(server.url, benchSecret, { poolSize: 4 });
  const close = async () => {
    await database.close();
    await server.stop();
    if (!folder) rmSync(home, { recursive: true, force: true });
  };
  const { system } = database;
  if (!(await isBuilt(system))) await build(server.url, system, customers);
  // As autovacuum would have done long before.
  await asOwner(server.url, ['vacuum (analyze)', 'checkpoint']);
  const people = await signIn(system);
  return { ownerUrl: server.url, database, ...people, databasePid: pidOf(home), close };
}

function pidOf(home: string): number {
  return Number(readFileSync(join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

async function isBuilt(db: Db): Promise<boolean> {
  return (
    (await db.selectFrom('customers').select('customer_id').where('code', '=', 'bench-large').execute()).length > 0
  );
}

async function build(ownerUrl: string, db: Db, customers: number): Promise<void> {
  await transaction(db, (tx) => seller(tx));
  await loadBenchData(db, { customers, mailboxesEach: 10, dueOn });
  await asOwner(ownerUrl, ['vacuum (analyze)']);
  const clock = standing(morningOf(dueOn, timeZone));
  const tell = (message: string, details: object) => {
    throw new Error(message, { cause: details });
  };
  const engine = { db, workers: 2, reactions: new Map(), effects: [], tell };
  await runProcess(engine, renewals, { clock, on: dueOn });
  // What would follow from a day is not what is measured here.
  await asOwner(ownerUrl, ['truncate reactions']);
  await setClock(db, morningOf(dueOn.add({ days: 3 }), timeZone).at);
  await transaction(db, async (tx) => {
    await sql`
      insert into customers (seller_id, code, name, email, country, language, currency, created_at)
      select seller_id, 'bench-large', 'A large customer', 'large@example.com', 'IT', 'it', 'EUR', now() from sellers`.execute(
      tx,
    );
    await sql`
      insert into accounts (customer_id, currency)
      select customer_id, 'EUR' from customers where code = 'bench-large'`.execute(tx);
    await sql`
      insert into platforms (customer_id, name, product_id, created_at)
      select customer_id, 'hosted-large', product_id, now() from customers, products where customers.code = 'bench-large'`.execute(
      tx,
    );
    await sql`
      insert into mailboxes (customer_id, platform_id, plan_id, address, state, mode, anchor_on, expires_on, due_on,
                             applied_version, provision_after, created_at)
      select p.customer_id, p.platform_id, plans.plan_id, 'person' || n || '@large.example', 'active',
             case when n % 50 = 0 then 'none' when n % 3 = 0 then 'yearly' else 'monthly' end, d.ends_on - interval '1 year',
             d.ends_on, d.ends_on, 1, now(), now()
        from platforms p, plans, generate_series(1, ${largeMailboxes}::int) n,
             lateral (select ${dueOn}::date + 10 + case when n % 3 = 0 then n % 355 else n % 28 end as ends_on) d
       where p.name = 'hosted-large'`.execute(tx);
    await sql`
      insert into taken_addresses (address) select address from mailboxes where address like '%@large.example'`.execute(
      tx,
    );
    await sql`
      insert into terms (customer_id, mailbox_id, chain, starts_on, ends_on, plan_id, mode, net)
      select m.customer_id, m.mailbox_id, 1, m.anchor_on, m.expires_on, m.plan_id, 'yearly', 0
        from mailboxes m join customers c on c.customer_id = m.customer_id where c.code = 'bench-large'`.execute(tx);
  });
}

const people = 200;

async function signIn(db: Db): Promise<{ users: User[]; large: User }> {
  const { rows } = await sql<{ customerId: bigint; platformId: bigint; code: string }>`
    (select c.customer_id as "customerId", p.platform_id as "platformId", c.code
       from customers c join platforms p on p.customer_id = c.customer_id
      where c.code <> 'bench-large' order by md5(c.code) limit ${people})
    union all
    select c.customer_id, p.platform_id, c.code
      from customers c join platforms p on p.customer_id = c.customer_id where c.code = 'bench-large'`.execute(db);
  const now = Temporal.Now.instant();
  const users = await transaction(db, async (tx) => {
    const known = await sql<{ email: string; user_id: bigint }>`select email, user_id from users`.execute(tx);
    const ids = new Map(known.rows.map(({ email, user_id }) => [email, user_id]));
    const drafts = rows.map(({ code, customerId }) => ({
      ...{ email: `${code}@bench.example`, name: `Somebody of ${code}`, language: 'it', now },
      memberships: [{ customerId, role: 'admin' as const }],
    }));
    const missing = drafts.filter(({ email }) => !ids.has(email));
    const registered = await registerUsers(tx, missing);
    missing.forEach(({ email }, i) => {
      ids.set(email, registered[i] ?? 0n);
    });
    const signedIn: User[] = [];
    for (const { code, platformId } of rows) {
      const token = secretToken();
      await sql`
        insert into sessions (session_hash, user_id, created_at, seen_at, fresh_at, expires_at, address, agent)
        values (${sha256(token)}, ${ids.get(`${code}@bench.example`)}, ${now}, ${now}, ${now},
                ${now.add({ hours: 24 })}, '127.0.0.1', 'bench')`.execute(tx);
      signedIn.push({ cookie: `rinnovo=${token}`, platformId });
    }
    return signedIn;
  });
  const large = users.pop();
  if (!large) throw new Error('there is no large customer');
  return { users, large };
}

async function asOwner(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
