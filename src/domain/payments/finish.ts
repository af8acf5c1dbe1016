import { sql } from 'kysely';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import { type Charge, chargeColumns } from '#domain/payments/_charges.ts';
import { tellWithdrawn } from '#domain/payments/withdraw-charges.ts';
import { columns, type Tx } from '#kit/db.ts';

/** What became of a charge for good. `code` is the provider's reason of a refusal; `isGone`: the provider has dropped it unpaid. */
export type FinalOutcome =
  | { state: 'succeeded' }
  | { state: 'declined'; code: string }
  | { state: 'action_required' }
  | { state: 'withdrawn'; isGone?: true };

export type ChargeOutcome = { charge: Charge; outcome: FinalOutcome };

/**
 * Writes final outcomes and answers the charges that had none before, as they stand now: whoever hears the same outcome
 * twice gets an empty answer the second time, so its consequences happen once (P2, P12). A charge that was sent cannot be
 * withdrawn any more, since it may have taken money, unless its provider has dropped it. The accounts must be locked.
 */
export async function finishCharges(tx: Tx, act: Act, outcomes: readonly ChargeOutcome[]): Promise<Charge[]> {
  if (outcomes.length === 0) return [];
  const { rows } = await sql<Charge>`
    update charges c
       set state = u.state, decline_code = u.code, finished_at = ${act.at}::timestamptz, next_check_at = null,
           provider_ref = coalesce(c.provider_ref, u.provider_ref)
      from ${columns(outcomes, {
        customer_id: ['bigint', ({ charge }) => charge.customerId],
        charge_id: ['bigint', ({ charge }) => charge.chargeId],
        provider_ref: ['text', ({ charge }) => charge.providerRef],
        state: ['text', ({ outcome }) => outcome.state],
        code: ['text', ({ outcome }) => (outcome.state === 'declined' ? outcome.code : null)],
        is_gone: ['boolean', ({ outcome }) => outcome.state === 'withdrawn' && outcome.isGone === true],
      })}
     where c.customer_id = u.customer_id and c.charge_id = u.charge_id
       and c.state in ('offered', 'created', 'submitted', 'unknown')
       and (u.state <> 'withdrawn' or u.is_gone or c.state in ('offered', 'created'))
    returning ${chargeColumns}`.execute(tx);
  await recordEvents(tx, act, rows.flatMap(unpaidEvent));
  await tellWithdrawn(
    tx,
    act,
    rows.filter((charge) => charge.state === 'withdrawn'),
  );
  return rows;
}

// A success is told by the payment it brings.
function unpaidEvent(charge: Charge): EventDraft[] {
  const { customerId, chargeId, methodId, orderId, amount } = charge;
  const data = { charge_id: chargeId, method_id: methodId, order_id: orderId, amount };
  if (charge.state === 'declined')
    return [{ customerId, type: 'charges.declined', data: { ...data, code: charge.declineCode } }];
  if (charge.state === 'action_required') return [{ customerId, type: 'charges.action_required', data }];
  return [];
}
