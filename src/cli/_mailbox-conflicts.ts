import { sql } from 'kysely';
import type { CsvRow, Problem } from '#cli/_csv.ts';
import { customerColumns, type MailboxColumn, twoOfThem } from '#cli/_mailbox-rows.ts';
import { listPlans, listPrices } from '#domain/catalog/list.ts';
import type { Plan } from '#domain/catalog/types.ts';
import { findCustomers } from '#domain/customers/get.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Customer } from '#domain/customers/types.ts';
import { findTaken } from '#domain/platforms/addresses.ts';
import { sameMailbox, spellingsOf } from '#kit/address.ts';
import type { Tx } from '#kit/db.ts';

/** What the database knows of the rows to be taken over. */
export type Surroundings = {
  plans: ReadonlyMap<string, Plan>;
  customers: ReadonlyMap<string, Customer>;
  /** By customer code and platform name, see `platformKey`. */
  platforms: ReadonlyMap<string, KnownPlatform>;
  /** The owners of live addresses, by `sameMailbox`. */
  owners: ReadonlyMap<string, string>;
  /** Each customer's currency, also of those to come. */
  currencies: ReadonlyMap<string, string>;
};

type KnownPlatform = { platformId: bigint; product: string; open: boolean };

/** The name a platform goes by among all customers. */
export function platformKey(customer: string, platform: string): string {
  return `${customer}\n${platform}`;
}

type Row = CsvRow<MailboxColumn>;

/**
 * Reads what is there already, and adds to `problems` whatever of the rows does not agree with it; also of rows that are
 * bad in another column, so that a file is mended in one go.
 */
export async function compareWithDatabase(tx: Tx, rows: readonly Row[], problems: Problem[]): Promise<Surroundings> {
  const codes = [...new Set(rows.map((row) => row.cells.customer))];
  const plans = new Map((await listPlans(tx)).map((plan) => [plan.code, plan]));
  const customers = await findCustomers(tx, codes);
  const platforms = await knownPlatforms(tx, codes);
  const owners = await ownersOf(
    tx,
    rows.map((row) => row.cells.mailbox),
  );
  const currencyOf = await planCurrencies(tx);
  const products = new Set([...plans.values()].map((plan) => plan.product));
  const currencies = new Map([...customers.values()].map((customer) => [customer.code, customer.currency]));
  const known = { plans, customers, platforms, owners, currencies };
  const told = new Set(problems.map(({ line, column }) => `${line} ${column}`));
  for (const row of rows) {
    const tell = (column: MailboxColumn, reason: string) => {
      if (!told.has(`${row.line} ${column}`)) problems.push({ line: row.line, column, reason });
    };
    checkCatalog(row, { ...known, products }, tell);
    checkCustomer(row, customers.get(row.cells.customer), tell);
    checkPlatform(row, platforms.get(platformKey(row.cells.customer, row.cells.platform)), tell);
    const owner = owners.get(sameMailbox(row.cells.mailbox));
    if (owner !== undefined)
      tell('mailbox', `duplicate mailbox: ${row.cells.mailbox} is registered already, for customer ${owner}`);
    checkCurrency(row, { plans, currencies, currencyOf }, tell);
  }
  return known;
}

type Tell = (column: MailboxColumn, reason: string) => void;

async function knownPlatforms(tx: Tx, codes: readonly string[]): Promise<Map<string, KnownPlatform>> {
  const { rows } = await sql<KnownPlatform & { customer: string; name: string }>`
    select c.code as customer, f.name, f.platform_id as "platformId", r.code as product,
           f.state = 'open' and f.terminated_at is null as open
      from platforms f join customers c using (customer_id) join products r using (product_id)
     where c.code = any(${codes}::text[])`.execute(tx);
  return new Map(rows.map((row) => [platformKey(row.customer, row.name), row]));
}

/** Also at other customers: an address is one mailbox in the world. What has ended is free again. */
async function ownersOf(tx: Tx, addresses: readonly string[]): Promise<Map<string, string>> {
  const taken = await findTaken(tx, addresses);
  if (taken.size === 0) return new Map();
  const { rows } = await sql<{ address: string; customer: string }>`
    select m.address, c.code as customer
      from mailboxes m join customers c using (customer_id)
      join (select distinct unnest(${[...taken].flatMap(spellingsOf)}::text[]) as address) u on lower(m.address) = u.address
     where m.state <> 'ended'`.execute(tx);
  return new Map(rows.map((row) => [sameMailbox(row.address), row.customer]));
}

type CurrencyOf = (plan: Plan, wanted: string | undefined) => string | null;

/** A plan's currency for a customer: the one the customer has; for a new one the seller's, or the only one it is priced in. */
async function planCurrencies(tx: Tx): Promise<CurrencyOf> {
  const { currency } = await getSeller(tx);
  const priced = Map.groupBy(await listPrices(tx), (price) => price.planId);
  return (plan, wanted) => {
    const found = new Set(priced.get(plan.planId)?.map((price) => price.currency));
    if (wanted !== undefined) return found.has(wanted) ? wanted : null;
    const [only] = found;
    if (found.has(currency)) return currency;
    return found.size === 1 && only !== undefined ? only : null;
  };
}

type CatalogContext = { plans: Surroundings['plans']; products: ReadonlySet<string> };

function checkCatalog({ cells }: Row, { plans, products }: CatalogContext, tell: Tell): void {
  const plan = plans.get(cells.plan);
  if (!products.has(cells.product)) tell('product', `unknown product "${cells.product}"`);
  if (!plan) tell('plan', `unknown plan "${cells.plan}"`);
  else if (plan.product !== cells.product) tell('plan', `plan ${cells.plan} belongs to the product "${plan.product}"`);
}

function checkCustomer({ cells }: Row, customer: Customer | undefined, tell: Tell): void {
  if (!customer) return;
  const { name, email, country, vatNumber, language } = customer;
  const registered = { name, email, country, vat_number: vatNumber, language };
  for (const column of Object.keys(customerColumns) as (keyof typeof customerColumns)[]) {
    if (registered[column] === cells[column]) continue;
    tell(column, twoOfThem(column, { here: cells[column], there: `"${registered[column]}" since it was registered` }));
  }
}

function checkPlatform({ cells }: Row, platform: KnownPlatform | undefined, tell: Tell): void {
  if (!platform) return;
  if (!platform.open) tell('platform', `platform ${cells.platform} has been terminated or is closed`);
  if (platform.product !== cells.product)
    tell('product', `platform ${cells.platform} has the product "${platform.product}"`);
}

type CurrencyContext = { plans: Surroundings['plans']; currencies: Map<string, string>; currencyOf: CurrencyOf };

/** The first mailbox of a new customer settles its currency. */
function checkCurrency({ cells }: Row, { plans, currencies, currencyOf }: CurrencyContext, tell: Tell): void {
  const plan = plans.get(cells.plan);
  if (!plan) return;
  const wanted = currencies.get(cells.customer);
  const currency = currencyOf(plan, wanted);
  if (currency !== null) currencies.set(cells.customer, currency);
  else tell('plan', `plan ${cells.plan} has no price in ${wanted ?? 'the currency of the seller'}`);
}
