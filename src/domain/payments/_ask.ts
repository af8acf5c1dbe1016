import { type Charge, chargeKey } from '#domain/payments/_charges.ts';
import type { ChargeOutcome } from '#domain/payments/finish.ts';
import {
  type ChargeDetails,
  type Outcome,
  type PaymentProvider,
  ProviderRefused,
  ProviderUnavailable,
} from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';

/** A charge that this process has claimed; `token` is its method's at the provider. */
export type Claimed = Charge & { token: string | null };

/** Final, or to be asked about again; `unanswered` when the provider said nothing, `problem` is something a person must look at. */
export type Verdict =
  | ChargeOutcome
  | { charge: Charge; later: 'offered' | 'submitted' | 'unknown'; unanswered?: true; problem?: Error };

/** A charge the provider knows; `fresh` when it was made just now, so that nobody can have confirmed it yet. */
export type Known = { charge: Claimed & { providerRef: string }; fresh: boolean };

/**
 * Makes the charge known at the provider without moving money. One that may have been made before is looked for by its key
 * first: an answer that got lost is found again, not repeated (R28).
 */
export function createAtProvider(providers: Providers, charge: Claimed): Promise<Known | { verdict: Verdict }> {
  return guarded<Known | { verdict: Verdict }>(charge, async () => {
    const { providerRef } = charge;
    if (providerRef !== null) return known({ ...charge, providerRef }, false);
    const provider = providerOf(providers, charge);
    if (charge.checks > 1 || charge.state === 'offered') {
      const found = await provider.findCharge(chargeKey(charge), charge.token, charge.createdAt);
      if (found !== null) return known({ ...charge, providerRef: found }, false);
      // An offer that never reached the provider has no page, so nobody can pay it.
      if (charge.state === 'offered') return { verdict: { charge, outcome: { state: 'withdrawn' } } };
    }
    const { ref } = await provider.createCharge(chargeRequest(charge));
    return known({ ...charge, providerRef: ref }, true);
  });
}

/**
 * Gets an outcome: a fresh charge is confirmed; any other is asked about, and confirmed once more only when the provider
 * says that nothing is decided, which repeats the same charge and never makes another (R28).
 */
export async function decideAtProvider(providers: Providers, known: Known): Promise<Verdict> {
  const decided = await guarded<{ verdict: Verdict }>(known.charge, async () => ({
    verdict: await decide(providerOf(providers, known.charge), known),
  }));
  return decided.verdict;
}

/** What is asked of the provider for a charge. It depends on the row alone, so that asking again asks the same. */
export function chargeRequest(charge: Claimed) {
  const { customerId, chargeId, amount, currency, token } = charge;
  return {
    key: chargeKey(charge),
    amount,
    currency,
    token,
    description: `Charge ${chargeId}`,
    owner: String(customerId),
  };
}

async function decide(provider: PaymentProvider, { charge, fresh }: Known): Promise<Verdict> {
  if (charge.state === 'offered') return decideOffer(provider, charge);
  const asked = fresh ? null : await ask(provider, charge);
  const outcome = asked && asked.state !== 'pending' ? asked : await provider.confirmCharge(charge.providerRef);
  switch (outcome.state) {
    case 'succeeded':
      return { charge, outcome };
    case 'pending':
      return { charge, later: 'submitted' };
    case 'declined':
      return { charge, outcome: onlyByPayer.has(outcome.code) ? { state: 'action_required' } : outcome };
    case 'action_required':
      return giveUpOffSession(provider, charge);
  }
}

// Cancelled is what we did ourselves, before a crash, to a charge that wanted its payer.
const onlyByPayer = new Set(['authentication_required', 'authentication_not_handled', 'cancelled']);

/** The payer will be asked with a new page (R26): this charge must never move money as well. */
async function giveUpOffSession(provider: PaymentProvider, charge: Known['charge']): Promise<Verdict> {
  const outcome = await provider.cancelCharge(charge.providerRef);
  if (outcome.state === 'succeeded') return { charge, outcome };
  if (!isOver(outcome)) return { charge, later: 'submitted' };
  return { charge, outcome: { state: 'action_required' } };
}

async function decideOffer(provider: PaymentProvider, charge: Known['charge']): Promise<Verdict> {
  const withdrawn = charge.pageUrl === null;
  const outcome = withdrawn ? await provider.cancelCharge(charge.providerRef) : await ask(provider, charge);
  if (outcome.state === 'succeeded') return { charge, outcome };
  if (!isOver(outcome)) return { charge, later: 'offered' };
  return { charge, outcome: withdrawn ? { state: 'withdrawn' } : outcome };
}

// One that still wants its payer has a page that is still open: whatever we asked for, it can take money yet (P2).
function isOver(outcome: Outcome): outcome is Extract<Outcome, { state: 'declined' }> {
  return outcome.state === 'declined';
}

/** The provider's word, taken only when it is about our charge: its amount, currency and owner (rule 5). */
async function ask(provider: PaymentProvider, charge: Known['charge']): Promise<Outcome> {
  const details = await provider.getCharge(charge.providerRef);
  if (!isOurs(charge, details))
    throw new Error(`${charge.providerRef} at ${provider.name} is not charge ${charge.chargeId}`);
  return details.outcome;
}

/** Whether what a provider describes is our charge: its amount, currency and owner (rule 5). */
export function isOurs(charge: Charge, details: ChargeDetails): boolean {
  const { amount, currency, owner } = details;
  return amount === charge.amount && currency === charge.currency && owner === String(charge.customerId);
}

function providerOf(providers: Providers, charge: Charge): PaymentProvider {
  const provider = providers[charge.provider];
  if (!provider) throw new ProviderUnavailable(`payments by ${charge.provider} are not set up here`);
  return provider;
}

function known(charge: Known['charge'], fresh: boolean): Known {
  return { charge, fresh };
}

async function guarded<T>(charge: Claimed, work: () => Promise<T>): Promise<T | { verdict: Verdict }> {
  try {
    return await work();
  } catch (error) {
    return { verdict: afterError(charge, error) };
  }
}

/** What is known of a charge whose provider does not answer: nothing new. */
export function unanswered(charge: Charge): Verdict {
  return { charge, later: laterOf(charge), unanswered: true };
}

/** What a charge without an outcome is, as long as nobody knows more. */
export function laterOf(charge: Charge): 'offered' | 'unknown' {
  return charge.state === 'offered' ? 'offered' : 'unknown';
}

/** No answer leaves the outcome open; a definite no is a decline; anything we do not understand stays open and is shown. */
function afterError(charge: Charge, error: unknown): Verdict {
  const later = laterOf(charge);
  if (error instanceof ProviderUnavailable) return unanswered(charge);
  // PayPal drops after some hours what was not paid: what the provider no longer knows has taken nothing, and never will.
  const isGone = error instanceof ProviderRefused && error.code === 'unknown_reference';
  if (isGone) return { charge, outcome: { state: 'withdrawn', isGone } };
  if (error instanceof ProviderRefused && later === 'unknown') {
    if (error.code === 'unknown_token') return { charge, outcome: { state: 'declined', code: 'method_removed' } };
    if (error.code === 'bad_request') return { charge, outcome: { state: 'declined', code: 'bad_request' } };
  }
  return { charge, later, problem: error instanceof Error ? error : new Error(String(error)) };
}
