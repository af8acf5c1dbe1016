import { sql } from 'kysely';
import type { Effect } from '#domain/events/effect.ts';
import type { Act } from '#domain/events/record.ts';
import { concludeReversal, concludeWonDispute } from '#domain/orders/conclude.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { type PaymentProvider, ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { refreshMethod } from '#domain/payments/refresh-method.ts';
import {
  claimWebhooks,
  countOutstandingWebhooks,
  type StoredWebhook,
  settleWebhook,
} from '#domain/payments/webhooks.ts';
import { type Db, transaction } from '#kit/db.ts';

export type WebhookDesk = { db: Db; providers: Providers; leaseSeconds: number };

/**
 * Follows the providers' messages (P12): for each, the object it names is fetched from the provider, and what that says is
 * applied. In any order, any number of times, or not at all, they lead to the same end, since open charges are asked
 * about without them.
 */
export function webhooksEffect(desk: WebhookDesk): Effect {
  return {
    name: 'webhooks',
    outstanding: (moment) => countOutstandingWebhooks(desk.db, moment.at, desk.leaseSeconds),
    drive: async (clock) => {
      const webhooks = await claimWebhooks(desk.db, clock().at, desk.leaseSeconds);
      for (const webhook of webhooks) {
        const act: Act = { actor: `provider:${webhook.provider}`, ...clock() };
        const isFollowed = await follow(desk, act, webhook);
        await settleWebhook(desk.db, webhook, isFollowed ? null : act.at.add({ minutes: 10 }));
      }
      return webhooks.length;
    },
  };
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
