import { sql } from 'kysely';
import type { Effect } from '#domain/events/effect.ts';
import type { Act } from '#domain/events/record.ts';
import { concludeReversal, concludeWonDispute } from '#domain/orders/conclude.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { gather, inFlight } from '#domain/payments/lanes.ts';
import {
  type PaymentProvider,
  type ProviderName,
  ProviderRefused,
  ProviderUnavailable,
  providerNames,
} from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { refreshMethod } from '#domain/payments/refresh-method.ts';
import {
  claimWebhooks,
  countOutstandingWebhooks,
  leaveWebhooks,
  type StoredWebhook,
  settleWebhooks,
} from '#domain/payments/webhooks.ts';
import type { Clock } from '#kit/clock.ts';
import { type Db, transaction } from '#kit/db.ts';

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
    return await followers[webhook.kind]({ db, providers, provider, act, ref: webhook.ref });
  } catch (error) {
    // Not theirs, or not ours: there is nothing to follow. Without an answer it is asked again.
    if (error instanceof ProviderRefused) return true;
    // One that cannot be followed now, for whatever reason, stops neither the others nor the day.
    if (!(error instanceof ProviderUnavailable)) tell('webhook not followed', { ...webhook, error });
    return false;
  }
}

type Following = { db: Db; providers: Providers; provider: PaymentProvider; act: Act; ref: string };

/** Each answers whether that was all; what comes before its time is followed again later. */
const followers: Record<StoredWebhook['kind'], (following: Following) => Promise<boolean>> = {
  charge: async ({ db, provider, act, ref }) => {
    await hintCharge(db, act, { provider, ref });
    return true;
  },
  refund: async ({ db, provider, act, ref }) => {
    await sql`
      update refunds r set next_check_at = ${act.at} from payments p
       where p.customer_id = r.customer_id and p.payment_id = r.payment_id and p.provider = ${provider.name}
         and r.provider_ref = ${ref} and r.next_check_at > ${act.at}::timestamptz`.execute(db);
    return true;
  },
  method: async ({ db, providers, provider, act, ref }) => {
    const { rows } = await sql<{ customerId: bigint; methodId: bigint; state: string; ref: string }>`
      select customer_id as "customerId", method_id as "methodId", state, provider_ref as ref from payment_methods
       where provider = ${provider.name} and (provider_ref = ${ref} or token = ${ref}) and state in ('pending', 'valid', 'expired')`.execute(
      db,
    );
    for (const method of rows) {
      const desk = { transact: <T>(work: Parameters<typeof transaction<T>>[1]) => transaction(db, work), providers };
      if (method.state === 'pending') await completeMethod(desk, act, method);
      else {
        const details = await provider.getMethod(method.ref);
        await transaction(db, (tx) => refreshMethod(tx, act, { provider: provider.name, ref: method.ref, details }));
      }
    }
    return true;
  },
  dispute: async ({ db, provider, act, ref }) => {
    const dispute = await provider.getDispute?.(ref);
    if (!dispute) return true;
    const { rows } = await sql<{ customerId: bigint; paymentId: bigint }>`
      select customer_id as "customerId", payment_id as "paymentId" from payments
       where provider = ${provider.name} and provider_ref = ${dispute.chargeRef}`.execute(db);
    const [payment] = rows;
    // Heard of before the payment itself: that is asked about first.
    if (!payment) return !(await hintCharge(db, act, { provider, ref: dispute.chargeRef }));
    const { customerId } = payment;
    await transaction(db, (tx) =>
      dispute.taken > 0n
        ? concludeReversal(tx, act, { ...payment, amount: dispute.taken, reference: ref })
        : concludeWonDispute(tx, act, { customerId, reference: ref }),
    );
    return true;
  },
  other: async () => true,
};

/** Has a charge asked about now if it is open; answers whether it may have brought money, or may bring it yet. */
async function hintCharge(
  db: Db,
  act: Act,
  { provider, ref }: { provider: PaymentProvider; ref: string },
): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`
    update charges set next_check_at = case when next_check_at is not null then least(next_check_at, ${act.at}::timestamptz) end
     where provider = ${provider.name} and provider_ref = ${ref} returning state`.execute(db);
  return rows.some(({ state }) => !['declined', 'action_required', 'withdrawn'].includes(state));
}
