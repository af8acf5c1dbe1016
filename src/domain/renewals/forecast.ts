import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { decideVat } from '#domain/catalog/decide-vat.ts';
import { type Catalog, getCatalog } from '#domain/catalog/list.ts';
import { getCustomers } from '#domain/customers/get.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Customer, Seller } from '#domain/customers/types.ts';
import type { DueMailbox } from '#domain/platforms/due.ts';
import type { TermMode } from '#domain/platforms/types.ts';
import { decideRenewal } from '#domain/renewals/decide.ts';
import type { Db, Tx } from '#kit/db.ts';

type Day = Temporal.PlainDate;

/** Days `[from, until)`, as things stand on `today`; for one customer or for all. */
export type ForecastQuestion = { from: Day; until: Day; today: Day; customerId?: bigint };

/** One term to come and the day its invoice will be issued. `net` in minor units. */
export type ForecastLine = {
  dueOn: Day;
  customerId: bigint;
  customer: string;
  platform: string;
  mailboxId: bigint;
  mailbox: string;
  plan: string;
  mode: TermMode;
  startsOn: Day;
  endsOn: Day;
  net: bigint;
  vatRateBp: number;
  currency: string;
};

/**
 * What will be invoiced and when (R18), by the very decision that renews: modes, terminations, announced prices and
 * alignment as they stand now. Left out is what waits for a payment (suspended for debt) or for an operator (parked).
 * Streams: by customer's code, then day, platform and mailbox.
 */
export async function* forecast(db: Db | Tx, question: ForecastQuestion): AsyncGenerator<ForecastLine> {
  const catalog = await getCatalog(db);
  const seller = await getSeller(db);
  for await (const ids of customerPages(db, question.customerId)) {
    const customers = await getCustomers(db, ids);
    const mailboxes = Map.groupBy(await listLive(db, { ids, until: question.until }), (mailbox) => mailbox.customerId);
    for (const customerId of ids) {
      const customer = customers.get(customerId);
      if (!customer) continue;
      const context = { catalog, seller, customer, question };
      yield* (mailboxes.get(customerId) ?? []).flatMap((mailbox) => linesOf(mailbox, context)).sort(byDay);
    }
  }
}

type Live = DueMailbox & { platform: string; plan: string };
type Context = { catalog: Catalog; seller: Seller; customer: Customer; question: ForecastQuestion };

const pageSize = 500;

async function* customerPages(db: Db | Tx, customerId: bigint | undefined): AsyncGenerator<bigint[]> {
  if (customerId !== undefined) return yield [customerId];
  for (let after = ''; ; ) {
    const { rows } = await sql<{ id: bigint; code: string }>`
      select customer_id as id, code from customers where code > ${after} order by code limit ${pageSize}`.execute(db);
    if (rows.length > 0) yield rows.map((row) => row.id);
    if (rows.length < pageSize) return;
    after = rows.at(-1)?.code ?? '';
  }
}

async function listLive(db: Db | Tx, { ids, until }: { ids: readonly bigint[]; until: Day }): Promise<Live[]> {
  const { rows } = await sql<Live>`
    select m.customer_id as "customerId", m.mailbox_id as "mailboxId", m.platform_id as "platformId", m.plan_id as "planId",
           m.address, m.state, m.suspended_for as "suspendedFor", m.mode, m.later_mode as "laterMode", m.anchor_on as "anchorOn",
           m.chain, m.expires_on as "expiresOn", p.terminated_at is not null as terminated, p.name as platform, plans.code as plan
      from mailboxes m
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
      join plans on plans.plan_id = m.plan_id
     where m.customer_id = any(${ids}::bigint[]) and m.state = 'active' and m.expires_on < ${until}
       and not m.parked and not exists (select from accounts a where a.customer_id = m.customer_id and a.parked)
     order by p.name, m.address, m.mailbox_id`.execute(db);
  return rows;
}

function linesOf(mailbox: Live, { catalog, seller, customer, question }: Context): ForecastLine[] {
  const lines: ForecastLine[] = [];
  let next: DueMailbox = mailbox;
  while (Temporal.PlainDate.compare(next.expiresOn, question.until) < 0) {
    const decision = decideRenewal(next, { catalog, currency: customer.currency, today: next.expiresOn });
    if (decision.do !== 'renew') break;
    const dueOn = later(next.expiresOn, question.today);
    const isAsked =
      Temporal.PlainDate.compare(dueOn, question.from) >= 0 && Temporal.PlainDate.compare(dueOn, question.until) < 0;
    if (isAsked) {
      const { startsOn, endsOn, mode, net } = decision;
      const { rateBasisPoints: vatRateBp } = decideVat({
        sellerCountry: seller.country,
        customerCountry: customer.country,
        vatNumber: customer.vatNumber,
        day: dueOn,
        rates: catalog.rates,
      });
      const { customerId, code, currency } = customer;
      const { platform, mailboxId, address, plan } = mailbox;
      lines.push({
        dueOn,
        customerId,
        customer: code,
        platform,
        mailboxId,
        mailbox: address,
        plan,
        mode,
        startsOn,
        endsOn,
        net,
        vatRateBp,
        currency,
      });
    }
    next = { ...next, expiresOn: decision.endsOn, mode: next.laterMode ?? next.mode, laterMode: null };
  }
  return lines;
}

function byDay(a: ForecastLine, b: ForecastLine): number {
  return Temporal.PlainDate.compare(a.dueOn, b.dueOn);
}

function later(a: Day, b: Day): Day {
  return Temporal.PlainDate.compare(a, b) >= 0 ? a : b;
}
