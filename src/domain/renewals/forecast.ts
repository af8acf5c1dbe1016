import { Temporal } from 'temporal-polyfill';
import { decideVat } from '#domain/catalog/decide-vat.ts';
import { type Catalog, getCatalog } from '#domain/catalog/list.ts';
import { getCustomer, getCustomers } from '#domain/customers/get.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Customer, Seller } from '#domain/customers/types.ts';
import type { TermMode } from '#domain/platforms/types.ts';
import { customerPages, type Live, listLive, listSituations, type Situation } from '#domain/renewals/_live.ts';
import { decideRenewal } from '#domain/renewals/decide.ts';
import type { Db, Tx } from '#kit/db.ts';

type Day = Temporal.PlainDate;

/** Days `[from, until)`, as things stand on `today`; for one customer, for those named in their order, or for all. */
export type ForecastQuestion = {
  from: Day;
  until: Day;
  today: Day;
  customerId?: bigint;
  customerIds?: readonly bigint[];
};

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

/** What will be invoiced to one customer on one day: of how many mailboxes, and their net by VAT rate in minor units. */
export type ForecastDay = {
  dueOn: Day;
  mailboxes: number;
  nets: { net: bigint; rateBasisPoints: number }[];
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
  const { customerId: only, customerIds } = question;
  for await (const ids of customerPages(db, only === undefined ? customerIds : [only])) {
    const customers = await getCustomers(db, ids);
    const mailboxes = Map.groupBy(await listLive(db, { ids, until: question.until }), (mailbox) => mailbox.customerId);
    for (const customerId of ids) {
      const customer = customers.get(customerId);
      if (customer) yield* linesOf(mailboxes.get(customerId) ?? [], { catalog, seller, customer, question });
    }
  }
}

/** The same for one customer, added up by day; it takes as long for 50,000 mailboxes as for the days they expire on. */
export async function forecastDays(
  db: Db | Tx,
  question: ForecastQuestion & { customerId: bigint },
): Promise<ForecastDay[]> {
  const catalog = await getCatalog(db);
  const seller = await getSeller(db);
  const customer = await getCustomer(db, question.customerId);
  const days = new Map<string, ForecastDay & { rates: Map<number, bigint> }>();
  for (const { mailboxes, ...situation } of await listSituations(db, question)) {
    for (const { dueOn, day, net, vatRateBp } of termsOf(situation, { catalog, seller, customer, question })) {
      const found = days.get(day) ?? { dueOn, mailboxes: 0, nets: [], currency: customer.currency, rates: new Map() };
      found.mailboxes += Number(mailboxes);
      found.rates.set(vatRateBp, (found.rates.get(vatRateBp) ?? 0n) + net * mailboxes);
      days.set(day, found);
    }
  }
  return sortedByDay(days).map(({ rates, ...found }) => ({
    ...found,
    nets: [...rates].map(([rateBasisPoints, net]) => ({ rateBasisPoints, net })),
  }));
}

type Context = { catalog: Catalog; seller: Seller; customer: Customer; question: ForecastQuestion };
/** `day` is `dueOn` as a text, to look it up and to sort by. */
type Term = Pick<ForecastLine, 'dueOn' | 'startsOn' | 'endsOn' | 'mode' | 'net' | 'vatRateBp'> & { day: string };

/** The lines of one customer by day, then in the order of the mailboxes. */
function* linesOf(mailboxes: readonly Live[], context: Context): Generator<ForecastLine> {
  const { customerId, code: customer, currency } = context.customer;
  const known = new Map<string, Term[]>();
  const days = new Map<string, { mailbox: Live; term: Term }[]>();
  for (const mailbox of mailboxes) {
    const situation = nameOf(mailbox);
    const terms = known.get(situation) ?? termsOf(mailbox, context);
    known.set(situation, terms);
    for (const term of terms) {
      const found = days.get(term.day);
      if (found) found.push({ mailbox, term });
      else days.set(term.day, [{ mailbox, term }]);
    }
  }
  for (const { mailbox, term } of sortedByDay(days).flat()) {
    const { platform, mailboxId, address, plan } = mailbox;
    const { day: _, ...told } = term;
    yield { ...told, customerId, customer, platform, mailboxId, mailbox: address, plan, currency };
  }
}

function nameOf({ planId, state, suspendedFor, mode, laterMode, anchorOn, expiresOn, terminated }: Situation): string {
  const facts = { planId, state, suspendedFor, mode, laterMode, anchorOn: anchorOn.day, expiresOn, terminated };
  return Object.values(facts satisfies Record<keyof Situation, unknown>).join(' ');
}

function termsOf(situation: Situation, { catalog, seller, customer, question }: Context): Term[] {
  const terms: Term[] = [];
  let next = situation;
  while (Temporal.PlainDate.compare(next.expiresOn, question.until) < 0) {
    const decision = decideRenewal(next, { catalog, currency: customer.currency, today: next.expiresOn });
    if (decision.do !== 'renew') break;
    const dueOn = later(next.expiresOn, question.today);
    const isAsked =
      Temporal.PlainDate.compare(dueOn, question.from) >= 0 && Temporal.PlainDate.compare(dueOn, question.until) < 0;
    if (isAsked) {
      const { startsOn, endsOn, mode, net } = decision;
      const { rates } = catalog;
      const { rateBasisPoints: vatRateBp } = decideVat({ seller, customer, day: dueOn, rates });
      terms.push({ dueOn, day: String(dueOn), startsOn, endsOn, mode, net, vatRateBp });
    }
    next = { ...next, expiresOn: decision.endsOn, mode: next.laterMode ?? next.mode, laterMode: null };
  }
  return terms;
}

function sortedByDay<T>(days: ReadonlyMap<string, T>): T[] {
  return [...days].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, found]) => found);
}

function later(a: Day, b: Day): Day {
  return Temporal.PlainDate.compare(a, b) >= 0 ? a : b;
}
