import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Db } from '#kit/db.ts';
import type { FakeStripe } from '#spec/fakes/stripe/server.ts';
import type { Person } from './_town.ts';
import type { PaymentsWorld } from './_world.ts';

/** Everything that is wrong between what the providers know, what we know, and what should have come of each customer. */
export async function findWrongs(
  world: PaymentsWorld,
  people: readonly Person[],
  { mayHaveCredit, at }: { mayHaveCredit: ReadonlySet<bigint>; at: Temporal.Instant },
): Promise<string[]> {
  const [accounts, charges] = [await readAccounts(world.db, at), await readCharges(world.db)];
  const taken = takenFrom(world);
  const wrongs = [...findDoubled(world), ...findUncalledFor(world, charges)];
  for (const person of people) {
    const account = accounts.get(person.customerId);
    if (!account) continue;
    const theirs = taken.get(String(person.customerId)) ?? 0n;
    const tell = (what: string) => wrongs.push(`${person.kind} ${person.customerId} at ${person.provider}: ${what}`);
    if (theirs !== account.received) tell(`the providers hold ${theirs}, we received ${account.received}`);
    if (theirs > account.settled && !mayHaveCredit.has(person.customerId))
      tell(`charged ${theirs} for debts of ${account.settled}`);
    if (account.openCharges > 0) tell(`${account.openCharges} charges are still open`);
    const owes = owing.has(person.kind);
    if (owes !== account.due > 0n) tell(`owes ${account.due}`);
    if (account.overdue && !account.off) tell('is past the deadline and not suspended');
    if (account.due === 0n && account.suspended) tell('owes nothing and is suspended');
  }
  return wrongs;
}

const owing: ReadonlySet<Person['kind']> = new Set(['unseen', 'broke', 'bare']);

type Account = {
  customerId: bigint;
  /** Payments less what went back, as we know it; minor units. */
  received: bigint;
  /** What of the invoices is paid. */
  settled: bigint;
  due: bigint;
  overdue: boolean;
  suspended: boolean;
  /** Suspended, or ended after that. */
  off: boolean;
  openCharges: number;
};

async function readAccounts(db: Db, at: Temporal.Instant): Promise<Map<bigint, Account>> {
  const { rows } = await sql<Account>`
    select a.customer_id as "customerId", coalesce(p.amount, 0)::bigint - coalesce(r.amount, 0)::bigint as received,
           coalesce(i.gross, 0)::bigint - coalesce(d.due, 0)::bigint as settled, coalesce(d.due, 0)::bigint as due,
           coalesce(d.overdue, false) as overdue, coalesce(m.suspended, false) as suspended, coalesce(m.off, false) as off,
           coalesce(c.open, 0)::int as "openCharges"
      from accounts a
      left join (select customer_id, sum(amount) as amount from payments group by 1) p using (customer_id)
      left join (select customer_id, sum(amount) as amount from refunds where state <> 'failed' group by 1) r using (customer_id)
      left join (select customer_id, sum(gross) as gross from invoices group by 1) i using (customer_id)
      left join (select customer_id, sum(due) as due, bool_or(deadline_at < ${at}) as overdue
                   from debts where state = 'open' group by 1) d using (customer_id)
      left join (select customer_id, bool_or(state = 'suspended') as suspended, bool_or(state <> 'active') as off
                   from mailboxes group by 1) m using (customer_id)
      left join (select customer_id, count(*) as open from charges
                  where state in ('created', 'submitted', 'unknown') group by 1) c using (customer_id)`.execute(db);
  return new Map(rows.map((row) => [row.customerId, row]));
}

type Charge = { amount: bigint; customerId: bigint; state: string; isAskedFor: boolean };

/** Our charges by their key; asked for by an order, or by the invoices of a collection. */
async function readCharges(db: Db): Promise<Map<string, Charge>> {
  const { rows } = await sql<Charge & { key: string }>`
    select 'charge-' || c.charge_id as key, c.amount, c.customer_id as "customerId", c.state,
           exists (select from orders o where o.customer_id = c.customer_id and o.order_id = c.order_id and o.gross = c.amount)
           or (c.collection_on is not null
               and c.amount <= (select sum(i.gross) from invoices i where i.customer_id = c.customer_id
                                 and i.issued_at <= c.created_at)) as "isAskedFor"
      from charges c`.execute(db);
  return new Map(rows.map(({ key, ...charge }) => [key, charge]));
}

type Taken = { key: string; owner: string; amount: bigint };

/** Every time a provider took money, by its own book. */
function everyTaking({ stripe, paypal }: PaymentsWorld): Taken[] {
  const cards = stripe.state.lines.all().flatMap((line) => {
    const intent = line.type === 'charge' ? intentOf(stripe.state, String(line.source)) : undefined;
    if (!intent) return [];
    const { rinnovo_key = '', rinnovo_owner = '' } = intent.metadata;
    return [{ key: rinnovo_key, owner: rinnovo_owner, amount: BigInt(line.amount) }];
  });
  const accounts = paypal.state.lines
    .filter(({ code }) => code === 'T0003' || code === 'T0006')
    .map(({ invoiceId, customField, amount }) => ({ key: invoiceId, owner: customField, amount }));
  return [...cards, ...accounts];
}

function findDoubled(world: PaymentsWorld): string[] {
  const byKey = Map.groupBy(everyTaking(world), ({ key }) => key);
  return [...byKey].flatMap(([key, taken]) => (taken.length > 1 ? [`${key} was taken ${taken.length} times`] : []));
}

function findUncalledFor(world: PaymentsWorld, charges: ReadonlyMap<string, Charge>): string[] {
  return everyTaking(world).flatMap(({ key, owner, amount }) => {
    const charge = charges.get(key);
    const isOurs = charge && String(charge.customerId) === owner && charge.amount === amount;
    if (!isOurs) return [`${key} of ${owner} over ${amount} is no charge of ours`];
    if (!charge.isAskedFor) return [`${key} has neither invoice nor order`];
    return charge.state === 'succeeded' ? [] : [`${key} took ${amount} and is ${charge.state} here`];
  });
}

/** What the providers took and did not give back, by our customer's number, out of their own statements. */
function takenFrom({ stripe, paypal }: PaymentsWorld): Map<string, bigint> {
  const taken = new Map<string, bigint>();
  const add = (owner: string, amount: bigint) => taken.set(owner, (taken.get(owner) ?? 0n) + amount);
  for (const { source, amount, type } of stripe.state.lines.all()) {
    if (type === 'payout') continue;
    const intent = intentOf(stripe.state, String(source));
    add(intent?.metadata['rinnovo_owner'] ?? `nobody's ${source}`, BigInt(amount));
  }
  // Neither what goes to the bank nor PayPal's fees is a customer's.
  for (const { code, customField, amount } of paypal.state.lines) if (!/^T0[14]/.test(code)) add(customField, amount);
  return taken;
}

function intentOf({ charges, refunds, disputes, intents }: FakeStripe['state'], source: string) {
  const found = charges.get(source) ?? refunds.get(source) ?? disputes.get(source);
  const intent = found?.payment_intent;
  return intents.get((typeof intent === 'string' ? intent : intent?.id) ?? '');
}

/** What stands on accounts of ours that are not a customer's, in minor units: what came in is above 0. */
export async function readOwnAccounts(db: Db): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ account: string; amount: bigint }>`
    select account, sum(amount)::bigint as amount
      from (select debit as account, amount from transfers union all select credit, -amount from transfers
             union all select debit, amount from provider_transfers union all select credit, -amount from provider_transfers) sides
     group by account`.execute(db);
  return new Map(rows.map(({ account, amount }) => [account, amount]));
}
