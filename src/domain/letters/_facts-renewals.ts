import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { decideVat, vatOf } from '#domain/catalog/decide-vat.ts';
import { type Catalog, getCatalog } from '#domain/catalog/list.ts';
import { getCustomers } from '#domain/customers/get.ts';
import type { Customer } from '#domain/customers/types.ts';
import { listDue } from '#domain/platforms/due.ts';
import { decideRenewal } from '#domain/renewals/decide.ts';
import type { Telling } from './_telling.ts';

type Price = (customerId: bigint, net: bigint, day: Temporal.PlainDate) => { net: bigint; vat: bigint; gross: bigint };

/** What the invoice of that day will say, by the decision that will write it (R1). */
export async function pricer({ tx, seller }: Telling, customerIds: readonly bigint[]): Promise<Price> {
  const { rates } = await getCatalog(tx);
  const customers = await getCustomers(tx, customerIds);
  return (customerId, net, day) => {
    const customer = customers.get(customerId) as Customer;
    const { rateBasisPoints } = decideVat({ seller, customer, day, rates });
    const vat = vatOf([{ rateBasisPoints, net }])[0]?.vat ?? 0n;
    return { net, vat, gross: net + vat };
  };
}

/** The day on which the next of a customer's mailboxes renews, and what that day will cost, VAT included; minor units. */
type NextRenewal = { on: Temporal.PlainDate; gross: bigint };

/** What renews next of each of these customers, by the decision that will renew it; who renews nothing is missing. */
export async function nextRenewals(
  telling: Telling,
  customerIds: readonly bigint[],
): Promise<Map<bigint, NextRenewal>> {
  const { tx, act } = telling;
  const { rows } = await sql<{ customerId: bigint; currency: string; on: Temporal.PlainDate }>`
    select m.customer_id as "customerId", a.currency, min(m.due_on) as on
      from mailboxes m
      join accounts a on a.customer_id = m.customer_id
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
     where m.customer_id = any(${customerIds}::bigint[]) and m.due_on > ${act.on} and m.state = 'active'
       and m.mode <> 'none' and p.terminated_at is null and not m.parked
     group by m.customer_id, a.currency`.execute(tx);
  const catalog = await getCatalog(tx);
  const price = await pricer(telling, customerIds);
  const next = new Map<bigint, NextRenewal>();
  for (const [, sameDay] of Map.groupBy(rows, (row) => row.on.toString())) {
    for (const [customerId, net] of await netsDue(telling, catalog, sameDay)) {
      const on = sameDay[0]?.on as Temporal.PlainDate;
      next.set(customerId, { on, gross: price(customerId, net, on).gross });
    }
  }
  return next;
}

type DueOn = { customerId: bigint; currency: string; on: Temporal.PlainDate };

async function netsDue({ tx }: Telling, catalog: Catalog, sameDay: readonly DueOn[]): Promise<Map<bigint, bigint>> {
  const on = sameDay[0]?.on as Temporal.PlainDate;
  const currencies = new Map(sameDay.map((row) => [row.customerId, row.currency]));
  const nets = new Map<bigint, bigint>();
  for (const mailbox of await listDue(tx, [...currencies.keys()], on)) {
    const currency = currencies.get(mailbox.customerId) ?? '';
    const decision = decideRenewal(mailbox, { catalog, currency, today: on });
    if (decision.do === 'renew') nets.set(mailbox.customerId, (nets.get(mailbox.customerId) ?? 0n) + decision.net);
  }
  return nets;
}
