import type { Temporal } from 'temporal-polyfill';
import { decideVat, vatOf } from '#domain/catalog/decide-vat.ts';
import { type Catalog, getCatalog } from '#domain/catalog/list.ts';
import { priceOn } from '#domain/catalog/price-on.ts';
import { getCustomer } from '#domain/customers/get.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Customer, Seller } from '#domain/customers/types.ts';
import type { Act } from '#domain/events/record.ts';
import { type CheckedLine, checkLines } from '#domain/orders/_check-lines.ts';
import { refuseOrder } from '#domain/orders/_refusals.ts';
import type { LineRequest, PricedLine, PricedOrder } from '#domain/orders/types.ts';
import { firstTerm, nextTerm, type TermAnswer } from '#domain/platforms/calendar.ts';
import type { Tx } from '#kit/db.ts';
import type { Field } from '#kit/errors.ts';

/**
 * Prices an order for mailboxes as of the act's day (R10, R15), VAT on the sum of its lines (R1). Refuses `bad_order` with
 * every line that cannot be sold, by field and rule (R38).
 */
export async function priceMailboxes(
  tx: Tx,
  act: Act,
  request: { customerId: bigint; lines: readonly LineRequest[] },
): Promise<PricedOrder> {
  const customer = await getCustomer(tx, request.customerId);
  const seller = await getSeller(tx);
  const catalog = await getCatalog(tx);
  const checked = await checkLines(tx, request, catalog);
  const wrong: Field[] = [];
  const lines = checked.map((line, i) => {
    const priced = priceLine(line, { catalog, currency: customer.currency, on: act.on, lineNo: i + 1 });
    if (!priced) wrong.push({ name: `lines[${i}].plan`, rule: `R15: no price in ${customer.currency} is in force` });
    return priced;
  });
  if (wrong.length > 0) throw refuseOrder('bad_order', { fields: wrong });
  return total(
    lines.filter((line) => line !== null),
    { customer, seller, catalog, on: act.on },
  );
}

type Pricing = { catalog: Catalog; currency: string; on: Temporal.PlainDate; lineNo: number };

function priceLine(line: CheckedLine, { catalog, currency, on, lineNo }: Pricing): PricedLine | null {
  const { plan, mode } = line;
  const price = priceOn(catalog.prices, { planId: plan.planId, currency }, on);
  if (!price) return null;
  const first = firstTerm(on, mode, price);
  const { mailboxId, platformId, address } = line;
  const renewal = renewalAfter(first, {
    line,
    on,
    price: priceOn(catalog.prices, { planId: plan.planId, currency }, first.endsOn),
  });
  return {
    lineNo,
    mailboxId,
    platformId,
    planId: plan.planId,
    plan: plan.code,
    address,
    mode,
    net: first.net,
    startsOn: on,
    endsOn: first.endsOn,
    renewal,
  };
}

type Renewal = { line: CheckedLine; on: Temporal.PlainDate; price: { monthly: bigint; yearly: bigint } | null };

function renewalAfter(first: TermAnswer, { line, on, price }: Renewal): PricedLine['renewal'] {
  if (!price) return { on: first.endsOn, net: null };
  const { mode, plan } = line;
  const question = { startsOn: first.endsOn, mode, anchorDay: on.day, alignment: plan.alignment };
  return { on: first.endsOn, net: nextTerm(question, price).net };
}

type Sale = { customer: Customer; seller: Seller; catalog: Catalog; on: Temporal.PlainDate };

function total(lines: PricedLine[], { customer, seller, catalog, on }: Sale): PricedOrder {
  const net = lines.reduce((sum, line) => sum + line.net, 0n);
  const { rateBasisPoints, note } = decideVat({ seller, customer, day: on, rates: catalog.rates });
  const vat = vatOf([{ rateBasisPoints, net }])[0]?.vat ?? 0n;
  const { currency } = customer;
  return { currency, lines, net, vatRateBp: rateBasisPoints, vat, gross: net + vat, vatNote: note ?? '' };
}
