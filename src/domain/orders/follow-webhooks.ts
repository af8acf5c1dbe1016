import type { Effect } from '#domain/events/effect.ts';
import type { Act } from '#domain/events/record.ts';
import { followers } from '#domain/orders/_followers.ts';
import { gather, inFlight } from '#domain/payments/lanes.ts';
import { type ProviderName, ProviderRefused, ProviderUnavailable, providerNames } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import {
  claimWebhooks,
  countOutstandingWebhooks,
  leaveWebhooks,
  type StoredWebhook,
  settleWebhooks,
} from '#domain/payments/webhooks.ts';
import type { Clock } from '#kit/clock.ts';
import type { Db } from '#kit/db.ts';

/** `tell` hears of a message that could not be followed; it is followed again later. */
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

// As many as are claimed, so that a claim takes no longer than the slowest call and its lease holds.
const callsInFlight = 50;

type WebhookDrive = WebhookDesk & { name: ProviderName };

async function followProvider({ name, ...desk }: WebhookDrive, clock: Clock): Promise<number> {
  const { db, leaseSeconds } = desk;
  const webhooks = await claimWebhooks(db, clock().at, { provider: name, most: callsInFlight, leaseSeconds });
  if (webhooks.length === 0) return 0;
  // What speaks of the same object is one question: two answers about it at once could be applied in the wrong order.
  const questions = [...Map.groupBy(webhooks, ({ kind, ref }) => `${kind} ${ref}`).values()];
  const settle = gather<StoredWebhook[]>((followed) => settleWebhooks(db, followed.flat(), null));
  const left = await inFlight(questions, callsInFlight, async (question) => {
    const act: Act = { actor: `provider:${name}`, ...clock() };
    const isFollowed = await follow(desk, act, question[0] as StoredWebhook);
    if (isFollowed) await settle(question);
    return isFollowed ? [] : question;
  });
  const { at } = clock();
  const later = { at, until: at.add({ minutes: 10 }) };
  await settleWebhooks(db, left.flat(), later.until);
  if (left.flat().length === callsInFlight) await leaveWebhooks(db, name, later);
  return webhooks.length;
}

async function follow({ db, providers, tell }: WebhookDesk, act: Act, webhook: StoredWebhook): Promise<boolean> {
  const provider = providers[webhook.provider];
  if (!provider) return true;
  try {
    return await followers[webhook.kind]({ db, providers, provider, act, tell, ref: webhook.ref });
  } catch (error) {
    // Not theirs, or not ours: there is nothing to follow. Without an answer it is asked again.
    if (error instanceof ProviderRefused) return true;
    // One that cannot be followed now, for whatever reason, stops neither the others nor the day.
    if (!(error instanceof ProviderUnavailable)) tell('webhook not followed', { ...webhook, error });
    return false;
  }
}
