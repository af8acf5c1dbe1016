import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { toRefusal } from '#domain/payments/_answers.ts';
import { chargeRequest } from '#domain/payments/_ask.ts';
import { type Charge, chargeColumns, readOpenCharges } from '#domain/payments/_charges.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { type PaymentProvider, ProviderRefused } from '#domain/payments/provider.ts';
import { getProvider, type PaymentDesk } from '#domain/payments/providers.ts';
import { takeBackOffers, withdrawOffers } from '#domain/payments/take-back.ts';
import type { Tx } from '#kit/db.ts';

/**
 * An order to be paid on a provider's page. `amount` minor units; `forDebt` when paying it pays the open debt (R9);
 * `closed`: its other offers, whose pages were found closed since they were in the way.
 */
export type OfferDraft = {
  customerId: bigint;
  orderId: bigint;
  provider: Pick<PaymentProvider, 'name' | 'pageHours'>;
  amount: bigint;
  currency: string;
  forDebt: boolean;
  closed: readonly Charge[];
};

/** An offer written down; `heldUntil` until when nobody else deals with it. */
export type Offer = { charge: Charge; heldUntil: Temporal.Instant };

const minutesToPublish = 5;

// Nobody is sent to a page that closes while they look for their card.
const hoursToPay = 1;

/**
 * Writes an offer down, or takes up the live one of the same order at the same provider as long as there is time to pay on
 * its page, so that an order has one page however often its payer comes back (P2). Any other offer of the order is taken
 * back: `inTheWay` are those whose pages must be closed at their providers before another is written. The account must be
 * locked. Refuses `charge_under_way` while another charge of the customer is open (R28).
 */
export async function writeOffer(tx: Tx, act: Act, draft: OfferDraft): Promise<Offer | { inTheWay: Charge[] }> {
  const { customerId, orderId, provider } = draft;
  if ((await readOpenCharges(tx, [customerId])).length > 0) throw refusePayment('charge_under_way');
  await withdrawOffers(tx, act, draft.closed);
  const live = await readLive(tx, draft);
  const same = live.find((offer) => canTakeUp(act, draft, offer));
  const others = live.filter((offer) => offer !== same).map(({ charge }) => charge);
  const inTheWay = await takeBackOffers(tx, act, others);
  if (inTheWay.length > 0) return { inTheWay };
  if (same) return same;
  const heldUntil = act.at.add({ minutes: minutesToPublish });
  const { rows } = await sql<Charge>`
    insert into charges as c (customer_id, provider, order_id, amount, currency, state, collection_on, created_at, next_check_at)
    values (${customerId}, ${provider.name}, ${orderId}, ${draft.amount}, ${draft.currency}, 'offered',
            ${draft.forDebt ? act.on : null}, ${act.at}, ${heldUntil})
    returning ${chargeColumns}`.execute(tx);
  const [charge] = rows;
  if (!charge) throw new Error('one offer was written');
  return { charge, heldUntil };
}

/**
 * Makes the offer known to its provider and answers the page where it is paid; the same page when it was known before.
 * An offer that was withdrawn meanwhile is cancelled there and refused with `charge_under_way`; one that the provider does
 * not accept is over.
 */
export async function publishOffer(
  desk: PaymentDesk,
  act: Act,
  { charge, heldUntil, returnUrl }: Offer & { returnUrl: string },
): Promise<{ chargeId: bigint; url: string }> {
  const { chargeId, customerId } = charge;
  if (charge.pageUrl !== null) return { chargeId, url: charge.pageUrl };
  const provider = getProvider(desk.providers, charge.provider);
  const request = { ...chargeRequest({ ...charge, token: null }), returnUrl };
  const { ref, url } = await provider.createCharge(request).catch(async (error: unknown) => {
    if (error instanceof ProviderRefused) await desk.transact((tx) => giveUp(tx, act, charge));
    return toRefusal(error);
  });
  const kept = await desk.transact(async (tx) => {
    // Under the lock: whoever takes the offer back believes that a page not stored yet was shown to nobody.
    await lockAccount(tx, customerId);
    const { numAffectedRows } = await sql`
      update charges set provider_ref = ${ref}, page_url = ${url}
       where customer_id = ${customerId} and charge_id = ${chargeId} and state = 'offered' and next_check_at = ${heldUntil}`.execute(
      tx,
    );
    return numAffectedRows === 1n;
  });
  if (kept && url !== null) return { chargeId, url };
  await provider.cancelCharge(ref).catch(toRefusal);
  throw refusePayment('charge_under_way');
}

async function readLive(tx: Tx, { customerId, orderId }: OfferDraft): Promise<Offer[]> {
  const { rows } = await sql<Charge & { heldUntil: Temporal.Instant }>`
    select ${chargeColumns}, c.next_check_at as "heldUntil" from charges c
     where c.customer_id = ${customerId} and c.order_id = ${orderId} and c.state = 'offered'`.execute(tx);
  return rows.map(({ heldUntil, ...charge }) => ({ charge, heldUntil }));
}

/** Its page has time left, or is being opened at this moment: one that is known there and has no page here is being closed. */
function canTakeUp({ at }: Act, { provider }: OfferDraft, { charge, heldUntil }: Offer): boolean {
  if (charge.provider !== provider.name) return false;
  if (charge.pageUrl === null) return charge.providerRef === null && at.until(heldUntil).sign > 0;
  return at.since(charge.createdAt).total('hours') < provider.pageHours - hoursToPay;
}

async function giveUp(tx: Tx, act: Act, charge: Charge): Promise<void> {
  await lockAccount(tx, charge.customerId);
  await withdrawOffers(tx, act, [charge]);
}
