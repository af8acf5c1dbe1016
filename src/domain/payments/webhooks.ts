import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

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

/** Whose messages, how many at most, for how long; what is being asked about already is left for later. */
export type WebhookClaim = { provider: ProviderName; most: number; leaseSeconds: number; held: readonly string[] };

/** What a message asks about, to tell whether two of them ask the same. */
export function questionOf({ kind, ref }: Pick<WebhookHint, 'kind' | 'ref'>): string {
  return `${kind} ${ref}`;
}

/** Takes some of one provider's messages that wait to be followed, under a lease. */
export async function claimWebhooks(db: Db, at: Temporal.Instant, claim: WebhookClaim): Promise<StoredWebhook[]> {
  const { provider, most, leaseSeconds, held } = claim;
  const { rows } = await sql<StoredWebhook>`
    update webhooks set look_after = ${at.add({ seconds: leaseSeconds })}, attempts = attempts + 1
     where provider = ${provider} and look_after <= ${at}
       and event_id in (select event_id from webhooks
                         where provider = ${provider} and look_after <= ${at}
                           and kind || ' ' || ref <> all(${held}::text[])
                         order by look_after limit ${most})
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
    update webhooks w set look_after = u.look_after, problem = case when u.look_after is null then null else w.problem end
      from ${columns(webhooks, {
        provider: ['text', (webhook) => webhook.provider],
        event_id: ['text', (webhook) => webhook.eventId],
        look_after: ['timestamptz', (webhook) => (webhook.attempts < mostAttempts ? next : null)],
      })}
     where w.provider = u.provider and w.event_id = u.event_id`.execute(db);
}

/**
 * Following a message broke, and not for want of an answer: it is tried again at `next`, and after three times set aside
 * until an operator releases it (R16). Others about the same thing, which break with it, share its fate.
 */
export async function setBackWebhooks(
  db: Db,
  webhooks: readonly StoredWebhook[],
  { next, problem }: { next: Temporal.Instant; problem: string },
): Promise<void> {
  await sql`
    update webhooks w
       set failures = w.failures + 1, problem = ${problem}, look_after = case when w.failures + 1 < ${mostFailures} then ${next}::timestamptz end
      from ${keys(webhooks)}
     where w.provider = u.provider and w.event_id = u.event_id`.execute(db);
}

/** A message that broke what follows it; `setAside`: it is not tried any more. */
export type TroubledWebhook = Omit<StoredWebhook, 'attempts'> & {
  messageId: bigint;
  problem: string;
  setAside: boolean;
  receivedAt: Temporal.Instant;
};

/** The messages that broke what follows them, newest first; `before`: from this one on, older ones. */
export async function listTroubled(
  db: Db | Tx,
  { before, limit }: { before: bigint | null; limit: number },
): Promise<TroubledWebhook[]> {
  const { rows } = await sql<TroubledWebhook>`
    select message_id as "messageId", provider, event_id as "eventId", type, kind, ref, problem,
           look_after is null as "setAside", received_at as "receivedAt"
      from webhooks
     where problem is not null and (${before}::bigint is null or message_id < ${before}::bigint)
     order by message_id desc limit ${limit}`.execute(db);
  return rows;
}

/** An operator's word: the message is followed again now, with the reason in the audit trail (R37). False when nothing is wrong with it. */
export async function releaseWebhook(
  tx: Tx,
  act: Act,
  { messageId, note }: { messageId: bigint; note: string },
): Promise<boolean> {
  const { rows } = await sql<{ provider: string; eventId: string }>`
    update webhooks set failures = 0, problem = null, attempts = 0, look_after = ${act.at}
     where message_id = ${messageId} and problem is not null
    returning provider, event_id as "eventId"`.execute(tx);
  const [message] = rows;
  if (!message) return false;
  const { provider, eventId } = message;
  await recordSellerEvent(tx, act, { type: 'messages.released', data: { provider, event_id: eventId, note } });
  return true;
}

/** Forgets what was followed four weeks ago; providers repeat a message for three days. What is set aside stays (R16). */
export async function forgetWebhooks(db: Db, now: Temporal.Instant): Promise<void> {
  await sql`
    delete from webhooks
     where look_after is null and problem is null and received_at < ${now.subtract({ hours: 24 * 28 })}::timestamptz`.execute(
    db,
  );
}

/** Leaves the messages of a provider that answers nobody until `until`. */
export async function leaveWebhooks(
  db: Db,
  provider: ProviderName,
  { at, until }: { at: Temporal.Instant; until: Temporal.Instant },
): Promise<void> {
  await sql`update webhooks set look_after = ${until} where provider = ${provider} and look_after <= ${at}`.execute(db);
}

// Once may be bad luck.
const mostFailures = 3;

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

function keys(webhooks: readonly StoredWebhook[]) {
  return columns(webhooks, {
    provider: ['text', (webhook) => webhook.provider],
    event_id: ['text', (webhook) => webhook.eventId],
  });
}
