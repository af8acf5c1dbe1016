import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { ProviderName } from '#domain/payments/provider.ts';
import { columns, type Db } from '#kit/db.ts';

/** What a provider's signed message is about: where to look, and never what to believe (P12). */
export type WebhookHint = { eventId: string; type: string; kind: WebhookKind; ref: string };
export type WebhookKind = 'charge' | 'method' | 'refund' | 'dispute' | 'other';

/** Reads a posted message of one provider over its raw bytes; `refused` says why it is not that provider's word. */
export type WebhookReader = (post: {
  body: Uint8Array;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}) => Promise<WebhookHint | { refused: string }>;

export type StoredWebhook = WebhookHint & { provider: ProviderName; attempts: number };

/** Keeps a message under the provider's own id; the same one again is known and changes nothing. Returns whether it was new. */
export async function storeWebhook(
  db: Db,
  provider: ProviderName,
  hint: WebhookHint & { at: Temporal.Instant },
): Promise<boolean> {
  const followed = hint.kind !== 'other';
  const { numAffectedRows } = await sql`
    insert into webhooks (provider, event_id, type, kind, ref, received_at, look_after)
    values (${provider}, ${hint.eventId}, ${hint.type}, ${hint.kind}, ${hint.ref}, ${hint.at}, ${followed ? hint.at : null})
    on conflict (provider, event_id) do nothing`.execute(db);
  return Number(numAffectedRows) === 1;
}

/** Takes some of one provider's messages that wait to be followed, under a lease. */
export async function claimWebhooks(
  db: Db,
  at: Temporal.Instant,
  { provider, most, leaseSeconds }: { provider: ProviderName; most: number; leaseSeconds: number },
): Promise<StoredWebhook[]> {
  const { rows } = await sql<StoredWebhook>`
    update webhooks set look_after = ${at.add({ seconds: leaseSeconds })}, attempts = attempts + 1
     where provider = ${provider} and look_after <= ${at}
       and event_id in (select event_id from webhooks
                         where provider = ${provider} and look_after <= ${at} order by look_after limit ${most})
    returning provider, event_id as "eventId", type, kind, ref, attempts`.execute(db);
  return rows;
}

/** Messages that were followed are done with; those that could not be are looked at again later, for three days. */
export async function settleWebhooks(
  db: Db,
  webhooks: readonly StoredWebhook[],
  next: Temporal.Instant | null,
): Promise<void> {
  await sql`
    update webhooks w set look_after = u.look_after
      from ${columns(webhooks, {
        provider: ['text', (webhook) => webhook.provider],
        event_id: ['text', (webhook) => webhook.eventId],
        look_after: ['timestamptz', (webhook) => (webhook.attempts < mostAttempts ? next : null)],
      })}
     where w.provider = u.provider and w.event_id = u.event_id`.execute(db);
}

/** Leaves the messages of a provider that answers nobody until `until`. */
export async function leaveWebhooks(
  db: Db,
  provider: ProviderName,
  { at, until }: { at: Temporal.Instant; until: Temporal.Instant },
): Promise<void> {
  await sql`update webhooks set look_after = ${until} where provider = ${provider} and look_after <= ${at}`.execute(db);
}

// Every ten minutes for three days; what a message said is found out by asking about open charges anyway.
const mostAttempts = 432;

/** How many of a provider's messages are due, or being followed under a lease. */
export async function countOutstandingWebhooks(
  db: Db,
  provider: ProviderName,
  until: Temporal.Instant,
): Promise<number> {
  const { rows } = await sql<{ outstanding: number }>`
    select count(*)::int as outstanding from webhooks where provider = ${provider} and look_after <= ${until}`.execute(
    db,
  );
  return rows[0]?.outstanding ?? 0;
}
