import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import type { Charge } from '#domain/payments/_charges.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { finishCharges } from '#domain/payments/finish.ts';
import { type Outcome, ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';
import type { PaymentDesk } from '#domain/payments/providers.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Takes offers back. One that no provider is known to know has shown its page to nobody, so nobody can pay it: it is over.
 * The others lose their pages here and are answered: their providers have to close them, and driveCharges has it done should
 * we not come to it. The accounts must be locked.
 */
export async function takeBackOffers(tx: Tx, act: Act, offers: readonly Charge[]): Promise<Charge[]> {
  if (offers.length === 0) return [];
  await withdrawOffers(
    tx,
    act,
    offers.filter((charge) => charge.providerRef === null),
  );
  const shown = offers.filter((charge) => charge.providerRef !== null);
  await sql`
    update charges c set page_url = null, next_check_at = ${act.at}
      from ${columns(shown, {
        customer_id: ['bigint', (charge) => charge.customerId],
        charge_id: ['bigint', (charge) => charge.chargeId],
      })}
     where c.customer_id = u.customer_id and c.charge_id = u.charge_id and c.state = 'offered'`.execute(tx);
  return shown;
}

/** Writes that these offers can never be paid any more. The accounts must be locked. */
export async function withdrawOffers(tx: Tx, act: Act, offers: readonly Charge[]): Promise<void> {
  await finishCharges(
    tx,
    act,
    offers.map((charge) => ({ charge, outcome: { state: 'withdrawn' } })),
  );
}

/**
 * Has the pages of these offers closed at their providers, outside any transaction (rule 4), so that nobody can pay on them
 * any more (P2). Refuses `charge_under_way` when one was paid, or is being paid, which driveCharges hears next, and
 * `page_open` when one cannot be closed now.
 */
export async function closePages(desk: PaymentDesk, offers: readonly Charge[]): Promise<void> {
  for (const charge of offers) {
    const { state } = await cancel(desk, charge);
    if (state === 'action_required') throw refusePayment('page_open');
    if (state !== 'declined') throw refusePayment('charge_under_way');
  }
}

async function cancel({ providers }: PaymentDesk, { provider, providerRef }: Charge): Promise<Pick<Outcome, 'state'>> {
  try {
    const outcome = await providers[provider]?.cancelCharge(providerRef ?? '');
    if (!outcome) throw refusePayment('page_open');
    return outcome;
  } catch (error) {
    // Dropped unpaid: what its provider does not know any more takes nothing.
    if (error instanceof ProviderRefused && error.code === 'unknown_reference') return { state: 'declined' };
    if (error instanceof ProviderUnavailable || error instanceof ProviderRefused) throw refusePayment('page_open');
    throw error;
  }
}
