import { timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import { type Role, roleMay, type Scope } from '#domain/identity/roles.ts';
import type { Db, Tx } from '#kit/db.ts';
import { secretToken, sha256 } from '#kit/ids.ts';

export type TokenLine = {
  token_id: bigint;
  user_id: bigint;
  name: string;
  scopes: Scope[];
  created_at: Temporal.Instant;
  used_at: Temporal.Instant | null;
  expires_at: Temporal.Instant | null;
  revoked_at: Temporal.Instant | null;
};

/** Who calls with an API token: what it may do is what its scopes and its owner's role of today both allow. */
export type TokenBearer = {
  tokenId: bigint;
  userId: bigint;
  customerId: bigint;
  code: string;
  scopes: readonly Scope[];
};

export type TokenDraft = {
  customerId: bigint;
  userId: bigint;
  role: Role;
  name: string;
  scopes: readonly Scope[];
  expiresAt: Temporal.Instant | null;
  /** The real time, as for sessions: a token's life does not follow the sandbox's clock. */
  now: Temporal.Instant;
};

/** Makes an API token and gives its text this once; only a hash stays. Refuses `unknown_scope` for what the owner's role may not do. */
export async function issueToken(tx: Tx, act: Act, draft: TokenDraft): Promise<{ token_id: bigint; token: string }> {
  const beyond = draft.scopes.filter((scope) => !roleMay(draft.role, scope));
  if (beyond.length > 0) {
    throw refuse('unknown_scope', {
      fields: beyond.map((scope) => ({ name: 'scopes', rule: `${scope} is not yours` })),
    });
  }
  const secret = secretToken();
  const { rows } = await sql<{ token_id: bigint }>`
    insert into api_tokens (customer_id, user_id, name, secret_hash, scopes, created_at, expires_at)
    values (${draft.customerId}, ${draft.userId}, ${draft.name}, ${sha256(secret)},
            ${[...draft.scopes]}::text[], ${draft.now}, ${draft.expiresAt})
    returning token_id`.execute(tx);
  const tokenId = rows[0]?.token_id;
  if (tokenId === undefined) throw new Error('a token was not written');
  await tell(tx, act, { customerId: draft.customerId, tokenId, what: 'issued' });
  return { token_id: tokenId, token: `rin_${draft.customerId}_${tokenId}_${secret}` };
}

/** The tokens of a customer, newest first; their secrets are nowhere. */
export async function listTokens(tx: Tx, customerId: bigint): Promise<TokenLine[]> {
  const { rows } = await sql<TokenLine>`
    select token_id, user_id, name, scopes, created_at, used_at, expires_at, revoked_at
      from api_tokens where customer_id = ${customerId} order by token_id desc`.execute(tx);
  return rows;
}

/** Makes a token worthless from now on. Refuses `token_not_found`. */
export async function revokeToken(tx: Tx, act: Act, token: { customerId: bigint; tokenId: bigint }): Promise<void> {
  const { rows } = await sql<{ revoked: boolean }>`
    update api_tokens set revoked_at = coalesce(revoked_at, ${act.at})
     where customer_id = ${token.customerId} and token_id = ${token.tokenId} returning true as revoked`.execute(tx);
  if (rows.length === 0) throw refuse('token_not_found');
  await tell(tx, act, { ...token, what: 'revoked' });
}

/** Who calls with this text, or null: unknown, revoked, over, its owner gone or no longer at the customer. */
export async function findBearer(db: Db, text: string, now: Temporal.Instant): Promise<TokenBearer | null> {
  const parts = /^rin_(\d{1,18})_(\d{1,18})_([A-Za-z0-9_-]{43})$/.exec(text);
  if (!parts) return null;
  const [customerId, tokenId, secret] = [BigInt(parts[1] ?? 0), BigInt(parts[2] ?? 0), parts[3] ?? ''];
  const { rows } = await sql<{
    secret_hash: string;
    scopes: Scope[];
    user_id: bigint;
    role: Role;
    code: string;
    stale: boolean;
  }>`
    select t.secret_hash, t.scopes, t.user_id, m.role, c.code,
           coalesce(t.used_at < ${now.subtract({ minutes: 1 })}::timestamptz, true) as stale
      from api_tokens t
      join memberships m on m.customer_id = t.customer_id and m.user_id = t.user_id
      join users u on u.user_id = t.user_id and u.closed_at is null
      join customers c on c.customer_id = t.customer_id
     where t.customer_id = ${customerId} and t.token_id = ${tokenId} and t.revoked_at is null
       and (t.expires_at is null or t.expires_at > ${now}::timestamptz)`.execute(db);
  const [row] = rows;
  if (!row || !timingSafeEqual(Buffer.from(sha256(secret)), Buffer.from(row.secret_hash))) return null;
  if (row.stale) {
    await sql`update api_tokens set used_at = ${now} where customer_id = ${customerId} and token_id = ${tokenId}`.execute(
      db,
    );
  }
  const scopes = row.scopes.filter((scope) => roleMay(row.role, scope));
  return { tokenId, userId: row.user_id, customerId, code: row.code, scopes };
}

async function tell(
  tx: Tx,
  act: Act,
  { customerId, tokenId, what }: { customerId: bigint; tokenId: bigint; what: string },
) {
  await recordEvents(tx, act, [{ customerId, type: 'tokens.changed', data: { token_id: tokenId, what } }]);
}
