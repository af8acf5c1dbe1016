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

export type WebhookDesk = { db: Db; providers: Providers; leaseSeconds: number };

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
  const broken: unknown[] = [];
  const left = await inFlight(questions, callsInFlight, async (question) => {
    const act: Act = { actor: `provider:${name}`, ...clock() };
    const isFollowed = await follow(desk, act, question[0] as StoredWebhook).catch((error: unknown) => {
      broken.push(error);
      return false;
    });
    if (isFollowed) await settle(question);
    return isFollowed ? [] : question;
  });
  const { at } = clock();
  const later = { at, until: at.add({ minutes: 10 }) };
  await settleWebhooks(db, left.flat(), later.until);
  if (left.flat().length === callsInFlight) await leaveWebhooks(db, name, later);
  if (broken.length > 0) throw broken[0];
  return webhooks.length;
}

async function follow({ db, providers }: WebhookDesk, act: Act, webhook: StoredWebhook): Promise<boolean> {
  const provider = providers[webhook.provider];
  if (!provider) return true;
  try {
    await followers[webhook.kind]({ db, providers, provider, act, ref: webhook.ref });
    return true;
  } catch (error) {
    // Not theirs, or not ours: there is nothing to follow. Without an answer it is asked again.
    if (error instanceof ProviderRefused) return true;
    if (error instanceof ProviderUnavailable) return false;
    throw error;
  }
}

type Following = { db: Db; providers: Providers; provider: PaymentProvider; act: Act; ref: string };

const followers: Record<StoredWebhook['kind'], (following: Following) => Promise<void>> = {
  charge: async ({ db, provider, act, ref }) => {
    await sql`
      update charges set next_check_at = ${act.at}
       where provider = ${provider.name} and provider_ref = ${ref} and next_check_at > ${act.at}::timestamptz`.execute(
      db,
    );
  },
  refund: async ({ db, provider, act, ref }) => {
    await sql`
      update refunds r set next_check_at = ${act.at} from payments p
       where p.customer_id = r.customer_id and p.payment_id = r.payment_id and p.provider = ${provider.name}
         and r.provider_ref = ${ref} and r.next_check_at > ${act.at}::timestamptz`.execute(db);
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
  },
  dispute: async ({ db, provider, act, ref }) => {
    const dispute = await provider.getDispute?.(ref);
    if (!dispute) return;
    const { rows } = await sql<{ customerId: bigint; paymentId: bigint }>`
      select customer_id as "customerId", payment_id as "paymentId" from payments
       where provider = ${provider.name} and provider_ref = ${dispute.chargeRef}`.execute(db);
    const [payment] = rows;
    if (!payment) return;
    const { customerId } = payment;
    await transaction(db, (tx) =>
      dispute.taken > 0n
        ? concludeReversal(tx, act, { ...payment, amount: dispute.taken, reference: ref })
        : concludeWonDispute(tx, act, { customerId, reference: ref }),
    );
  },
  other: async () => {},
};
