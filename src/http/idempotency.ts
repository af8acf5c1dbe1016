import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Transact } from '#domain/payments/providers.ts';
import { actorOf } from '#http/principal.ts';
import { refuseRequest } from '#http/problems.ts';
import type { Db, Tx } from '#kit/db.ts';
import { sha256 } from '#kit/ids.ts';

type Exchange<T> = { request: FastifyRequest; reply: FastifyReply; perform(): Promise<T> };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** False where the answer holds a secret that is shown once and must not be kept. */
    keepAnswer?: boolean;
  }
}

/**
 * Performs a request once per Idempotency-Key, in this transaction: the act and its kept answer are committed together,
 * so there is nothing to repair after a crash. The same key and request give the same answer; refusals are not kept,
 * since they changed nothing. Refuses `key_reused` for another request and `key_busy` while the first one runs.
 */
export async function answerTogether<T>(tx: Tx, { request, reply, perform }: Exchange<T>): Promise<T> {
  const claim = claimOf(request);
  if (!claim) return perform();
  await holdKey(tx, claim);
  const kept = await findKept(tx, claim);
  if (kept) return answerAgain(kept, claim, reply);
  const answer = await perform();
  await sql`
    insert into idempotency_keys (customer_id, principal, key, request_hash, status, answer, created_at)
    values (${claim.customerId}, ${claim.principal}, ${claim.key}, ${claim.hash}, ${reply.statusCode},
            ${JSON.stringify(answer)}, ${claim.now})`.execute(tx);
  return answer;
}

/**
 * The same for a request that speaks with somebody else's machine between transactions: the key is taken before and the
 * answer kept after. A key whose first request never came to its end is free again after a minute; what that one left
 * behind is a row of its own, which the worker finishes.
 */
export async function answerOnce<T>(transact: Transact, { request, reply, perform }: Exchange<T>): Promise<T> {
  const claim = claimOf(request);
  if (!claim) return perform();
  const kept = await transact((tx) => takeKey(tx, claim));
  if (kept) return answerAgain(kept, claim, reply);
  try {
    const answer = await perform();
    await transact((tx) => settleKey(tx, claim, { status: reply.statusCode, answer: JSON.stringify(answer) }));
    return answer;
  } catch (error) {
    await transact((tx) => freeKey(tx, claim));
    throw error;
  }
}

/** Forgets keys after a week. */
export async function forgetKeys(db: Db, now: Temporal.Instant): Promise<void> {
  await sql`delete from idempotency_keys where created_at < ${now.subtract({ hours: 24 * 7 })}::timestamptz`.execute(
    db,
  );
}

type Claim = { customerId: bigint; principal: string; key: string; hash: string; now: Temporal.Instant };
type Kept = { request_hash: string; status: number | null; answer: string | null; created_at: Temporal.Instant };

function claimOf(request: FastifyRequest): Claim | null {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined || request.routeOptions.config.keepAnswer === false) return null;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) throw refuseRequest('key_malformed');
  return {
    customerId: request.customer?.customerId ?? 0n,
    principal: actorOf(request.principal),
    key,
    hash: sha256(`${request.url}\n${JSON.stringify(request.body ?? null)}`),
    now: request.server.context.now(),
  };
}

// Held to the end of the transaction; whoever comes meanwhile is told so instead of waiting.
async function holdKey(tx: Tx, { customerId, principal, key }: Claim): Promise<void> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`${customerId} ${principal} ${key}`}, 0)) as held`.execute(tx);
  if (!rows[0]?.held) throw refuseRequest('key_busy');
}

async function findKept(tx: Tx, { customerId, principal, key }: Claim): Promise<Kept | undefined> {
  const { rows } = await sql<Kept>`
    select request_hash, status, answer, created_at from idempotency_keys
     where customer_id = ${customerId} and principal = ${principal} and key = ${key}`.execute(tx);
  return rows[0];
}

async function takeKey(tx: Tx, claim: Claim): Promise<Kept | null> {
  await holdKey(tx, claim);
  const kept = await findKept(tx, claim);
  if (kept && (kept.status !== null || kept.request_hash !== claim.hash)) return kept;
  const running = kept && kept.created_at.until(claim.now).total('seconds') < 60;
  if (running) throw refuseRequest('key_busy');
  await sql`
    insert into idempotency_keys (customer_id, principal, key, request_hash, created_at)
    values (${claim.customerId}, ${claim.principal}, ${claim.key}, ${claim.hash}, ${claim.now})
    on conflict (customer_id, principal, key) do update set created_at = excluded.created_at`.execute(tx);
  return null;
}

async function settleKey(tx: Tx, claim: Claim, { status, answer }: { status: number; answer: string }): Promise<void> {
  await sql`
    update idempotency_keys set status = ${status}, answer = ${answer}
     where customer_id = ${claim.customerId} and principal = ${claim.principal} and key = ${claim.key}`.execute(tx);
}

// Nobody may delete here: a key that is old enough to be taken over is as good as gone.
async function freeKey(tx: Tx, claim: Claim): Promise<void> {
  await sql`
    update idempotency_keys set created_at = 'epoch'
     where customer_id = ${claim.customerId} and principal = ${claim.principal} and key = ${claim.key}
       and status is null`.execute(tx);
}

function answerAgain<T>(kept: Kept, claim: Claim, reply: FastifyReply): T {
  if (kept.request_hash !== claim.hash) throw refuseRequest('key_reused');
  if (kept.status === null) throw refuseRequest('key_busy');
  reply.code(kept.status).header('idempotency-replayed', 'true');
  return JSON.parse(kept.answer ?? 'null') as T;
}
