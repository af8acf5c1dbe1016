import { Temporal } from 'temporal-polyfill';
import type { MethodState } from '#domain/payments/types.ts';

type Day = Temporal.PlainDate;

/** A registered method as far as it decides whether a charge will work. */
export type MethodStanding = {
  methodId: bigint;
  state: MethodState;
  /** The last day on which a card can be charged; null for PayPal. */
  expiresOn: Day | null;
  /** Why it failed, in the provider's words, or `revoked_at_…`; empty while it did not. */
  failure: string;
  /** Its bank wanted its owner at the last charge. */
  wantsOwner: boolean;
};

/** Why a method will not work: over by then, refused for good, taken back at the provider, or only with its owner. */
export type Trouble = 'expired' | 'failed' | 'revoked' | 'needs_authentication';

/** Why a charge of this method without its owner will not work on a day; null when nothing speaks against it (R32). */
export function troubleOf(method: Omit<MethodStanding, 'methodId'>, on: Day): Trouble | null {
  const { state, expiresOn, failure, wantsOwner } = method;
  if (state === 'expired' || (expiresOn !== null && Temporal.PlainDate.compare(expiresOn, on) < 0)) return 'expired';
  if (state === 'failed') return failure.startsWith('revoked_at_') ? 'revoked' : 'failed';
  if (state !== 'valid') return 'failed';
  return wantsOwner ? 'needs_authentication' : null;
}

/**
 * `days`: on which something renews, in order. `chain`: what would be charged, the default first, then the backups.
 * `hadMethods`: whether the customer ever paid so. `toldOn`: up to which renewal a method's owner was told of it.
 */
export type HealthQuestion = {
  days: readonly Day[];
  chain: readonly (MethodStanding & { toldOn: Day | null })[];
  hadMethods: boolean;
};

/** What to tell: methods that will not work, the days they concern, and what will be charged in their place. */
export type Health = {
  days: Day[];
  unfit: { methodId: bigint; why: Trouble }[];
  insteadId: bigint | null;
};

/**
 * Which of a customer's methods will not work on the days something renews, as far as nobody told so before; null when there
 * is nothing to tell. Whoever never had a method pays in other ways and hears of renewals anyway (R33).
 */
export function decideHealth({ days, chain, hadMethods }: HealthQuestion): Health | null {
  if (chain.length === 0) return hadMethods && days.length > 0 ? { days: [...days], unfit: [], insteadId: null } : null;
  const found = chain.map((method) => {
    const concerned = days.filter((on) => troubleOf(method, on) !== null && !wasTold(method.toldOn, on));
    const [first] = concerned;
    return { method, concerned, why: first ? troubleOf(method, first) : null };
  });
  const unfit = found.flatMap(({ method: { methodId }, why }) => (why ? [{ methodId, why }] : []));
  if (unfit.length === 0) return null;
  const concerned = days.filter((on) => found.some((each) => each.concerned.includes(on)));
  const instead = chain.find((method) => concerned.every((on) => troubleOf(method, on) === null));
  return { days: concerned, unfit, insteadId: instead?.methodId ?? null };
}

function wasTold(toldOn: Day | null, on: Day): boolean {
  return toldOn !== null && Temporal.PlainDate.compare(on, toldOn) <= 0;
}
