import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import type { Happened } from '#domain/events/reaction.ts';
import type { Tx } from '#kit/db.ts';
import { readActors, readBalances, readDefaultMethods, readMethodFacts } from './_facts-money.ts';
import { pricer } from './_facts-renewals.ts';
import { countOf, customersOf, dayOf, idOf, type LetterPlan, type Teller, type Telling } from './_telling.ts';
import type { LetterFacts } from './types.ts';

/** A method was registered (R31). */
export const tellAdded: Teller = async (telling, events) => {
  const methodOf = await readMethods(telling, events);
  return events.flatMap((event): LetterPlan[] => {
    const method = methodOf(event);
    if (!method) return [];
    const facts = { method, isDefault: event.data['is_default'] === true, addedAt: event.at };
    return [{ kind: 'method_added', customerId: event.customerId, step: `method_added:${method.methodId}`, facts }];
  });
};

/** A card ends soon: 30 and 7 days before (R32). */
export const tellExpiring: Teller = async (telling, events) => {
  const methodOf = await readMethods(telling, events);
  const next = await readNextRenewals(telling.tx, customersOf(events));
  return events.flatMap((event): LetterPlan[] => {
    const method = methodOf(event);
    if (!method) return [];
    const { customerId } = event;
    const expiresOn = dayOf(event, 'expires_on');
    const daysLeft = Math.max(0, telling.act.on.until(expiresOn, { largestUnit: 'days' }).days);
    const nextRenewalOn = next.get(customerId) ?? null;
    const facts = { method, expiresOn, daysLeft, nextRenewalOn, methodUrl: telling.links.methods };
    const step = `method_expiring:${method.methodId}:${countOf(event, 'days')}`;
    return [{ kind: 'method_expiring', customerId, step, facts }];
  });
};

/** Methods will not work on the day something renews (R32): which and why, what renews for how much, what pays in their place. */
export const tellUnfit: Teller = async (telling, events) => {
  const customerIds = customersOf(events);
  const told = new Map(events.map((event) => [event, event.data as unknown as Unfit]));
  const keys = [...told].flatMap(([{ customerId }, { methods, instead_id }]) =>
    [...methods.map((each) => each.method_id), ...(instead_id === null ? [] : [instead_id])].map((id) => ({
      customerId,
      methodId: BigInt(id),
    })),
  );
  const methods = await readMethodFacts(telling.tx, keys);
  const accounts = await readBalances(telling.tx, customerIds);
  const price = await pricer(telling, customerIds);
  return [...told].map(([{ customerId }, unfit]): LetterPlan => {
    const renewals = unfit.renewals.map(({ on, net, mailboxes }) => {
      const day = Temporal.PlainDate.from(on);
      return { on: day, mailboxes, gross: price(customerId, BigInt(net), day).gross };
    });
    const facts = {
      methods: unfit.methods.flatMap(({ method_id, why }) => {
        const method = methods.get(BigInt(method_id));
        return method ? [{ method, why }] : [];
      }),
      renewals,
      currency: accounts.get(customerId)?.currency ?? '',
      instead: unfit.instead_id === null ? null : (methods.get(BigInt(unfit.instead_id)) ?? null),
      methodUrl: telling.links.methods,
    };
    const which = unfit.methods.map((each) => each.method_id).join('+') || 'none';
    return { kind: 'method_unfit', customerId, step: `method_unfit:${which}:${unfit.renewals[0]?.on}`, facts };
  });
};

type Unfit = {
  methods: readonly { method_id: number; why: LetterFacts['method_unfit']['methods'][number]['why'] }[];
  instead_id: number | null;
  renewals: readonly { on: string; net: number; mailboxes: number }[];
};

/** A method was taken away, and what pays from now on (R32). */
export const tellRemoved: Teller = async (telling, events) => {
  const methodOf = await readMethods(telling, events);
  const defaults = await readDefaultMethods(telling.tx, customersOf(events));
  const nameOf = await readActors(
    telling.tx,
    events.map((event) => event.actor),
    telling.seller.name,
  );
  return events.flatMap((event): LetterPlan[] => {
    const method = methodOf(event);
    if (!method) return [];
    const facts = {
      method,
      removedAt: event.at,
      removedBy: nameOf(event.actor),
      nextDefault: defaults.get(event.customerId) ?? null,
      methodUrl: telling.links.methods,
    };
    return [{ kind: 'method_removed', customerId: event.customerId, step: `method_removed:${method.methodId}`, facts }];
  });
};

async function readMethods({ tx }: Telling, events: readonly Happened[]) {
  const keys = events.map((event) => ({ customerId: event.customerId, methodId: idOf(event, 'method_id') }));
  const methods = await readMethodFacts(tx, keys);
  return (event: Happened) => methods.get(idOf(event, 'method_id'));
}

async function readNextRenewals(tx: Tx, customerIds: readonly bigint[]): Promise<Map<bigint, Temporal.PlainDate>> {
  const { rows } = await sql<{ customer_id: bigint; on: Temporal.PlainDate }>`
    select m.customer_id, min(m.due_on) as on
      from mailboxes m join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
     where m.customer_id = any(${customerIds}::bigint[]) and m.state = 'active' and m.mode <> 'none'
       and p.terminated_at is null and m.due_on is not null
     group by m.customer_id`.execute(tx);
  return new Map(rows.map((row) => [row.customer_id, row.on]));
}
