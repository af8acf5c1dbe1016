import type { Effect } from '#domain/events/effect.ts';
import type { Act } from '#domain/events/record.ts';
import { followers } from '#domain/orders/_followers.ts';
import { gather, keepBusy } from '#domain/payments/lanes.ts';
import { type ProviderName, ProviderRefused, ProviderUnavailable, providerNames } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import {
  claimWebhooks,
  countOutstandingWebhooks,
  leaveWebhooks,
  questionOf,
  type StoredWebhook,
  setBackWebhooks,
  settleWebhooks,
} from '#domain/payments/webhooks.ts';
import type { Clock } from '#kit/clock.ts';
import { type Db, isContention } from '#kit/db.ts';

/** `tell` hears of a message that broke what follows it; it is tried again, and set aside after three times. */
export type WebhookDesk = {
  db: Db;
  providers: Providers;
  leaseSeconds: number;
  tell(message: string, details: object): void;
};

/**
 * Follows the providers' messages (P12): for each, the object it names is fetched from the provider, and what that says is
 * applied. In any order, any number of times, or not at all, they lead to the same end, since open charges are asked
 * about without them. An effect for each provider: one that is slow or silent delays only its own.
 */
export function webhooksEffects(desk: WebhookDesk): Effect[] {
  return providerNames.map((provider) => ({
    name: 'webhooks',
    drive: (clock) => followProvider({ ...desk, name: provider }, clock),
    outstanding: ({ at }) => countOutstandingWebhooks(desk.db, provider, at.add({ seconds: desk.leaseSeconds })),
  }));
}

const callsInFlight = 50;

type WebhookDrive = WebhookDesk & { name: ProviderName };

async function followProvider({ name, ...desk }: WebhookDrive, clock: Clock): Promise<number> {
  const { db, leaseSeconds } = desk;
  // What speaks of the same object is one question: two answers about it at once could be applied in the wrong order.
  const held = new Set<string>();
  const claim = async (most: number) => {
    const wanted = { provider: name, most, leaseSeconds, held: [...held] };
    const questions = Map.groupBy(await claimWebhooks(db, clock().at, wanted), questionOf);
    for (const question of questions.keys()) held.add(question);
    return [...questions];
  };
  const settle = gather<StoredWebhook[]>((followed) => settleWebhooks(db, followed.flat(), null));
  const ask = async ([question, webhooks]: [string, StoredWebhook[]]) => {
    const act: Act = { actor: `provider:${name}`, ...clock() };
    const followed = await follow(desk, act, webhooks[0] as StoredWebhook);
    const next = act.at.add({ minutes: minutesUntilNext });
    if (followed === 'done') await settle(webhooks);
    else if (followed === 'later') await settleWebhooks(db, webhooks, next);
    else await setBackWebhooks(db, webhooks, { next, problem: followed.message });
    held.delete(question);
    return followed !== 'later';
  };
  const { done, isSilent } = await keepBusy(callsInFlight, claim, ask);
  const { at } = clock();
  if (isSilent) await leaveWebhooks(db, name, { at, until: at.add({ minutes: minutesUntilNext }) });
  return done;
}

const minutesUntilNext = 10;

/** What became of a message: followed, to be followed later, or what broke while it was. */
type Followed = 'done' | 'later' | Error;

async function follow({ db, providers, tell }: WebhookDesk, act: Act, webhook: StoredWebhook): Promise<Followed> {
  const provider = providers[webhook.provider];
  if (!provider) return 'done';
  try {
    const isAll = await followers[webhook.kind]({ db, providers, provider, act, tell, ref: webhook.ref });
    return isAll ? 'done' : 'later';
  } catch (error) {
    // Not theirs, or not ours: there is nothing to follow. Without an answer it is asked again.
    if (error instanceof ProviderRefused) return 'done';
    if (error instanceof ProviderUnavailable || isContention(error)) return 'later';
    // One that cannot be followed, for whatever reason, stops neither the others nor the day.
    tell('webhook not followed', { ...webhook, error });
    return error instanceof Error ? error : new Error(String(error));
  }
}
