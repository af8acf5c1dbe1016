import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { newRef } from '#adapters/payments/_sandbox-charges.ts';
import { cardTraits, type SandboxCardTraits } from '#adapters/payments/sandbox-cards.ts';
import { type MethodDetails, type MethodKind, type MethodRequest, ProviderRefused } from '#domain/payments/provider.ts';
import type { Db } from '#kit/db.ts';

export type MethodRow = {
  ref: string;
  token: string;
  kind: MethodKind;
  card: string | null;
  state: 'pending' | 'valid' | 'failed' | 'removed';
  expires_on: Temporal.PlainDate | null;
  return_url: string;
};

/** A method as a payer or a demo registers it: which card, its last day, what may be drawn from it. */
export type Registration = { card: string; expiresOn: Temporal.PlainDate | null; creditLeft: bigint | null };

/** Opens a registration; the same methodId finds the one it opened before. */
export async function startMethod(db: Db, request: MethodRequest, at: Temporal.Instant): Promise<string> {
  const inserted = await sql<{ ref: string }>`
    insert into sandbox.methods (ref, token, owner, method_id, kind, state, return_url, created_at)
    values (${newRef('sm')}, ${newRef('tok')}, ${String(request.customerId)}, ${request.methodId}, ${request.kind},
      'pending', ${request.returnUrl}, ${at})
    on conflict (method_id) do nothing returning ref`.execute(db);
  const known = inserted.rows[0] ?? (await findByMethodId(db, request.methodId));
  if (!known) throw new ProviderRefused('bad_request', 'this registration was forgotten');
  return known.ref;
}

/** The method with this reference; refuses an unknown one. */
export async function readMethod(db: Db, ref: string): Promise<MethodRow> {
  const result = await sql<MethodRow>`
    select ref, token, kind, card, state, expires_on, return_url from sandbox.methods where ref = ${ref}`.execute(db);
  const row = result.rows[0];
  if (!row) throw new ProviderRefused('unknown_reference', `no method ${ref}`);
  return row;
}

/** What the provider tells about a method on `today`. */
export function describeMethod(row: MethodRow, today: Temporal.PlainDate): MethodDetails {
  const traits = row.card === null ? undefined : cardTraits(row.card);
  return {
    state: isExpired(row.expires_on, today) && row.state === 'valid' ? 'expired' : row.state,
    kind: row.kind,
    brand: traits?.brand ?? '',
    lastFour: traits?.lastFour ?? '',
    expiresOn: row.expires_on,
    token: row.token,
  };
}

/** Whether a card whose last day is `expiresOn` can no longer be charged on `today`. */
export function isExpired(expiresOn: Temporal.PlainDate | null, today: Temporal.PlainDate): boolean {
  return expiresOn !== null && Temporal.PlainDate.compare(expiresOn, today) < 0;
}

/** The payer's choice on the page. Answers false when the registration was decided before. */
export async function chooseCard(db: Db, ref: string, choice: Registration): Promise<boolean> {
  const state = cardTraits(choice.card).refusedAtRegistration ? 'failed' : 'valid';
  const result = await sql`
    update sandbox.methods set state = ${state}, card = ${choice.card}, expires_on = ${choice.expiresOn},
      credit_left = ${choice.creditLeft}
    where ref = ${ref} and state = 'pending'`.execute(db);
  return result.numAffectedRows === 1n;
}

/** The payer left without choosing. */
export async function abandonMethod(db: Db, ref: string): Promise<void> {
  await sql`
    update sandbox.methods set state = 'failed', card = case kind when 'card' then 'registration_refused' else 'paypal' end
    where ref = ${ref} and state = 'pending'`.execute(db);
}

/** A valid method at once, without a page. Answers its token. */
export async function insertMethod(db: Db, choice: Registration, at: Temporal.Instant): Promise<string> {
  const traits: SandboxCardTraits = cardTraits(choice.card);
  const token = newRef('tok');
  await sql`
    insert into sandbox.methods (ref, token, owner, kind, card, state, expires_on, credit_left, return_url, created_at)
    values (${newRef('sm')}, ${token}, 'direct', ${traits.kind}, ${choice.card}, 'valid', ${choice.expiresOn},
      ${choice.creditLeft}, '', ${at})`.execute(db);
  return token;
}

/** Forgets methods; their tokens can no longer be charged. */
export async function removeMethods(db: Db, tokens: readonly string[]): Promise<void> {
  if (tokens.length === 0) return;
  await sql`
    update sandbox.methods set state = 'removed' where token = any(${tokens}::text[]) and state = 'valid'`.execute(db);
}

async function findByMethodId(db: Db, methodId: bigint): Promise<{ ref: string } | undefined> {
  const result = await sql<{ ref: string }>`select ref from sandbox.methods where method_id = ${methodId}`.execute(db);
  return result.rows[0];
}
