import type Stripe from 'stripe';
import { declineKind } from '#domain/payments/decline-codes.ts';
import type { Outcome } from '#domain/payments/provider.ts';

/** An outcome, or `asks`: the bank wants its customer, for whom a page must be opened. */
export type IntentOutcome = Exclude<Outcome, { state: 'action_required' }> | { state: 'asks' };

/**
 * What an off-session payment intent came to. Refused, it has lost its method and nobody can confirm it again; cancelled by
 * us as `abandoned`, its method was gone before it was confirmed.
 */
export function outcomeOfIntent(intent: Stripe.PaymentIntent): IntentOutcome {
  switch (intent.status) {
    case 'succeeded':
      return { state: 'succeeded' };
    case 'processing':
    case 'requires_confirmation':
      return { state: 'pending' };
    case 'requires_action':
      return { state: 'asks' };
    case 'requires_payment_method': {
      const code = codeOf(intent.last_payment_error) ?? 'method_removed';
      return code === 'authentication_required' ? { state: 'asks' } : { state: 'declined', code };
    }
    case 'canceled': {
      const gone = intent.cancellation_reason === 'abandoned';
      return { state: 'declined', code: codeOf(intent.last_payment_error) ?? (gone ? 'method_removed' : 'cancelled') };
    }
    case 'requires_capture':
      throw strange(intent);
  }
  throw strange(intent);
}

/** What a payment page came to; as long as it is open its payer may try one card after the other. */
export function outcomeOfPage(session: Stripe.Checkout.Session, intent: Stripe.PaymentIntent | null): Outcome {
  if (intent?.status === 'succeeded') return { state: 'succeeded' };
  if (intent?.status === 'processing') return { state: 'pending' };
  if (session.status === 'open') {
    if (!session.url) throw new Error(`${session.id} is open and has no page`);
    return { state: 'action_required', url: session.url };
  }
  if (session.status === 'expired') return { state: 'declined', code: 'cancelled' };
  return { state: 'declined', code: codeOf(intent?.last_payment_error) ?? 'generic_decline' };
}

/** The issuer's reason. Networks fine whoever repeats a charge they advised not to repeat: such advice makes any reason hard (R26). */
function codeOf(error: Stripe.PaymentIntent.LastPaymentError | null | undefined): string | null {
  if (!error) return null;
  const code = error.decline_code ?? error.code ?? 'generic_decline';
  return error.advice_code === 'do_not_try_again' && declineKind(code) === 'soft' ? 'do_not_try_again' : code;
}

function strange({ id, status }: Stripe.PaymentIntent): Error {
  return new Error(`${id} is ${status}, which none of our payments can be`);
}
