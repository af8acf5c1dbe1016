import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import { toRefusal } from '#domain/payments/_answers.ts';
import { chargeRequest } from '#domain/payments/_ask.ts';
import { type Charge, chargeColumns, readOffers, readOpenCharges } from '#domain/payments/_charges.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import { getProvider, type PaymentDesk } from '#domain/payments/providers.ts';
import type { Tx } from '#kit/db.ts';

/** An order to be paid on a provider's page. `amount` minor units; `forDebt` when paying it pays the open debt (R9). */
export type OfferDraft = {
  customerId: bigint;
  orderId: bigint;
  provider: ProviderName;
  amount: bigint;
  currency: string;
  forDebt: boolean;
};

/** An offer written down; `heldUntil` until when nobody else deals with it. */
export type Offer = { charge: Charge; heldUntil: Temporal.Instant };

const minutesToPublish = 5;

/**
 * Writes an offer down, or takes up the live one of the same order, so that an order has one page per provider however
 * often its payer comes back (P2). The account must be locked. Refuses `charge_under_way` while another charge of the
 * customer is open (R28).
 */
export async function writeOffer(tx: Tx, act: Act, draft: OfferDraft): Promise<Offer> {
  const { customerId, orderId, provider } = draft;
  if ((await readOpenCharges(tx, [customerId])).length > 0) throw refusePayment('charge_under_way');
  const live = (await readOffers(tx, [customerId])).filter((each) => each.orderId === orderId);
  const [same] = live.filter((each) => each.provider === provider);
  if (same) return takeUp(tx, act, same);
  if (live.length > 0) throw refusePayment('charge_under_way');
  const heldUntil = act.at.add({ minutes: minutesToPublish });
  const { rows } = await sql<Charge>`
    insert into charges as c (customer_id, provider, order_id, amount, currency, state, collection_on, created_at, next_check_at)
    values (${customerId}, ${provider}, ${orderId}, ${draft.amount}, ${draft.currency}, 'offered',
            ${draft.forDebt ? act.on : null}, ${act.at}, ${heldUntil})
    returning ${chargeColumns}`.execute(tx);
  const [charge] = rows;
  if (!charge) throw new Error('one offer was written');
  return { charge, heldUntil };
}

/**
 * Makes the offer known to its provider and answers the page where it is paid; the same page when it was known before.
 * An offer that was withdrawn meanwhile is cancelled there and refused with `charge_under_way`.
 */
export async function publishOffer(
  desk: PaymentDesk,
  offer: Offer,
  returnUrl: string,
): Promise<{ chargeId: bigint; url: string }> {
  const { charge, heldUntil } = offer;
  const { chargeId, customerId } = charge;
  if (charge.pageUrl !== null) return { chargeId, url: charge.pageUrl };
  const provider = getProvider(desk.providers, charge.provider);
  const request = { ...chargeRequest({ ...charge, token: null }), returnUrl };
  const { ref, url } = await provider.createCharge(request).catch(toRefusal);
  const kept = await desk.transact(async (tx) => {
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

async function takeUp(tx: Tx, act: Act, charge: Charge): Promise<Offer> {
  const { rows } = await sql<{ heldUntil: Temporal.Instant }>`
    select next_check_at as "heldUntil" from charges
     where customer_id = ${charge.customerId} and charge_id = ${charge.chargeId} and (page_url is not null or next_check_at > ${act.at})`.execute(
    tx,
  );
  const [row] = rows;
  // Without a page and due: it is being withdrawn.
  if (!row) throw refusePayment('charge_under_way');
  return { charge, heldUntil: row.heldUntil };
}
