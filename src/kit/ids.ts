import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Tx } from '#kit/db.ts';

/** Takes `count` new identifiers in one round trip. They are unique, not gap-free: never use them as document numbers (R36). */
export async function nextIds(tx: Tx, count: number): Promise<bigint[]> {
  if (count === 0) return [];
  const result = await sql<{ id: bigint }>`select nextval('ids') as id from generate_series(1, ${count}::int)`.execute(
    tx,
  );
  return result.rows.map((row) => row.id);
}

/** An unguessable token of 256 bits for links, sessions and API tokens. Hand it out once and store only its hash (R8). */
export function secretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in hexadecimal: of a token, as it is stored and looked up; of a request, to tell it from another. */
export function sha256(value: string | Uint8Array): string {
  return createHash('sha256').update(value).digest('hex');
}
