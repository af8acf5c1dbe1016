import { Temporal } from 'temporal-polyfill';
import type { Catalog } from '#domain/catalog/list.ts';
import { priceOn } from '#domain/catalog/price-on.ts';
import { nextTerm } from '#domain/platforms/calendar.ts';
import type { DueMailbox } from '#domain/platforms/due.ts';
import type { TermMode } from '#domain/platforms/types.ts';

/** What happens to a due mailbox. `net` is minor units of the mailbox's currency. */
export type Decision =
  | { do: 'renew'; startsOn: Temporal.PlainDate; endsOn: Temporal.PlainDate; mode: TermMode; net: bigint }
  | { do: 'expire' }
  | { do: 'await_payment' }
  | { do: 'park'; reason: string }
  | { do: 'nothing' };

/** What a decision looks at: everything that may be said of a mailbox besides makes no difference to it. */
export type Renewable = Pick<
  DueMailbox,
  'planId' | 'state' | 'suspendedFor' | 'mode' | 'anchorOn' | 'expiresOn' | 'terminated'
>;

/** What a decision knows besides the mailbox: the catalogue, the account's currency, and today. */
export type RenewalContext = { catalog: Catalog; currency: string; today: Temporal.PlainDate };

/**
 * Decides about one mailbox whose expiry has come (R12–R15, R17, R20–R22, R29). The run, the forecast, the previews and
 * the dry run all ask here, so none of them can promise what another will not do.
 */
export function decideRenewal(mailbox: Renewable, { catalog, currency, today }: RenewalContext): Decision {
  if (mailbox.state === 'ended' || mailbox.suspendedFor === 'expiry') return nothing;
  if (Temporal.PlainDate.compare(mailbox.expiresOn, today) > 0) return nothing;
  if (mailbox.mode === 'none' || mailbox.terminated) return expire;
  if (mailbox.suspendedFor === 'debt') return awaitPayment;
  const plan = catalog.plans.get(mailbox.planId);
  const prices = priceOn(catalog.prices, { planId: mailbox.planId, currency }, mailbox.expiresOn);
  if (!plan || !prices) {
    return {
      do: 'park',
      reason: `no price of ${plan?.code ?? 'an unknown plan'} in ${currency} on ${mailbox.expiresOn}`,
    };
  }
  const { alignment } = plan;
  const question = { startsOn: mailbox.expiresOn, mode: mailbox.mode, anchorDay: mailbox.anchorOn.day, alignment };
  const { endsOn, net } = nextTerm(question, prices);
  return { do: 'renew', startsOn: mailbox.expiresOn, endsOn, mode: mailbox.mode, net };
}

const nothing: Decision = { do: 'nothing' };
const expire: Decision = { do: 'expire' };
const awaitPayment: Decision = { do: 'await_payment' };
