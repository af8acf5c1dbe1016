import { Temporal } from 'temporal-polyfill';
import { getCatalog } from '#domain/catalog/list.ts';
import type { Happened } from '#domain/events/reaction.ts';
import { readMailboxes } from './_facts-mailboxes.ts';
import { type DefaultMethod, readBalances, readDefaultMethods } from './_facts-money.ts';
import { nextRenewals, pricer } from './_facts-renewals.ts';
import { daysUntil } from './_tell-debts.ts';
import {
  amountOf,
  countOf,
  customersOf,
  dayOf,
  idOf,
  type LetterPlan,
  listed,
  type Teller,
  type Telling,
} from './_telling.ts';
import type { Method, Mode, PriceRow, RenewalRow } from './types.ts';

/** A renewal comes near: which mailboxes, what it costs, and how it will be paid (R33). */
export const tellNotices: Teller = async (telling, events) => {
  const customerIds = customersOf(events);
  const price = await pricer(telling, customerIds);
  const accounts = await readBalances(telling.tx, customerIds);
  const methods = await readDefaultMethods(telling.tx, customerIds);
  const rowsOf = await renewalRows(telling, events);
  return events.map((event): LetterPlan => {
    const { customerId } = event;
    const firstOn = dayOf(event, 'expires_on');
    const { balance, currency } = accounts.get(customerId) ?? { balance: 0n, currency: '' };
    const facts = {
      renewals: listed(rowsOf(event), telling.links.mailboxes),
      firstOn,
      daysLeft: daysUntil(telling, firstOn),
      ...price(customerId, amountOf(event, 'net'), firstOn),
      credit: balance > 0n ? balance : 0n,
      currency,
      method: worksOn(methods.get(customerId), firstOn),
      modeUrl: telling.links.modes,
    };
    // A day is told again when more renews on it than was told: each notice is a step of its own (R34).
    return { kind: 'renewal_notice', customerId, step: `notice:${firstOn}:${event.eventId}`, facts };
  });
};

// A card that will be over by then pays nothing: its owner is told so in a letter of its own.
function worksOn(method: DefaultMethod | undefined, on: Temporal.PlainDate): Method | null {
  const isOver = method?.expiresOn && Temporal.PlainDate.compare(method.expiresOn, on) < 0;
  return method && !isOver ? method : null;
}

/** The account fell below the owner's threshold (R6). */
export const tellLowBalances: Teller = async (telling, events) => {
  const customerIds = customersOf(events);
  const accounts = await readBalances(telling.tx, customerIds);
  const next = await nextRenewals(telling, customerIds);
  return events.map((event): LetterPlan => {
    const { customerId } = event;
    const facts = {
      balance: amountOf(event, 'balance'),
      threshold: amountOf(event, 'threshold'),
      currency: accounts.get(customerId)?.currency ?? '',
      nextRenewal: next.get(customerId) ?? null,
      topUpUrl: telling.links.topUp,
    };
    return { kind: 'balance_low', customerId, step: `balance_low:${idOf(event, 'movement')}`, facts };
  });
};

/** Prices will change: what a customer's own plans cost from which day (R15). */
export const tellPrices: Teller = async (telling, events) => {
  const accounts = await readBalances(telling.tx, customersOf(events));
  const { plans } = await getCatalog(telling.tx);
  return events.map((event): LetterPlan => {
    const { customerId } = event;
    const validFrom = dayOf(event, 'valid_from');
    const told = event.data['prices'] as unknown as readonly ToldPrice[];
    const prices = told.map(
      (price): PriceRow => ({
        plan: plans.get(BigInt(price.plan_id))?.name ?? '',
        mode: price.mode,
        was: BigInt(price.was),
        becomes: BigInt(price.becomes),
      }),
    );
    const currency = accounts.get(customerId)?.currency ?? '';
    const facts = { prices, currency, validFrom, mailboxes: countOf(event, 'mailboxes'), modeUrl: telling.links.modes };
    return { kind: 'price_announced', customerId, step: `prices:${validFrom}:${event.eventId}`, facts };
  });
};

type ToldPrice = { plan_id: number; mode: 'monthly' | 'yearly'; was: number; becomes: number };
type ToldRenewal = { mailbox_id: number; address: string; mode: Mode; net: number };

async function renewalRows({ tx, seller }: Telling, events: readonly Happened[]) {
  const toldBy = (event: Happened) => event.data['mailboxes'] as unknown as readonly ToldRenewal[];
  const keys = events.flatMap(({ customerId, ...event }) =>
    toldBy({ customerId, ...event }).map((row) => ({ customerId, mailboxId: BigInt(row.mailbox_id) })),
  );
  const mailboxes = await readMailboxes(tx, keys, seller.timeZone);
  return (event: Happened) =>
    toldBy(event).map((row): RenewalRow => {
      const platform = mailboxes.get(BigInt(row.mailbox_id))?.platform ?? '';
      const { address, mode } = row;
      return { platform, address, mode, renewsOn: dayOf(event, 'expires_on'), net: BigInt(row.net) };
    });
}
