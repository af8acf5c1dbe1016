import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { checkPassword, hashPassword } from '#domain/identity/_passwords.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import type { OperatorRole, Role } from '#domain/identity/roles.ts';
import { parseAddress } from '#kit/address.ts';
import { columns, type Tx } from '#kit/db.ts';

export type UserDraft = {
  email: string;
  name: string;
  language: string;
  now: Temporal.Instant;
  /** Without one the user cannot sign in before taking an invitation. */
  password?: string;
  operatorRole?: OperatorRole;
  memberships?: readonly { customerId: bigint; role: Role }[];
};

/** Registers logins and gives their ids in the same order. Refuses `bad_address`, `weak_password`, `address_taken`. */
export async function registerUsers(tx: Tx, drafts: readonly UserDraft[]): Promise<bigint[]> {
  const ready = await Promise.all(drafts.map(prepare));
  const { rows } = await sql<{ user_id: bigint; email: string }>`
    insert into users (email, name, language, password_hash, operator_role, created_at)
    select u.email, u.name, u.language, u.password_hash, u.operator_role, u.created_at
      from ${columns(ready, {
        email: ['text', (user) => user.email],
        name: ['text', (user) => user.name],
        language: ['text', (user) => user.language],
        password_hash: ['text', (user) => user.passwordHash],
        operator_role: ['text', (user) => user.operatorRole ?? null],
        created_at: ['timestamptz', (user) => user.now],
      })}
    on conflict (email) do nothing returning user_id, email`.execute(tx);
  const ids = new Map(rows.map((row) => [row.email, row.user_id]));
  const places = ready.flatMap((user) =>
    (user.memberships ?? []).map((place) => ({ ...place, userId: idOf(ids, user.email), now: user.now })),
  );
  await sql`
    insert into memberships (customer_id, user_id, role, created_at)
    select p.customer_id, p.user_id, p.role, p.created_at from ${columns(
      places,
      {
        customer_id: ['bigint', (place) => place.customerId],
        user_id: ['bigint', (place) => place.userId],
        role: ['text', (place) => place.role],
        created_at: ['timestamptz', (place) => place.now],
      },
      'p',
    )}`.execute(tx);
  return ready.map((user) => idOf(ids, user.email));
}

async function prepare(draft: UserDraft): Promise<UserDraft & { passwordHash: string | null }> {
  const email = normal(draft.email);
  if (draft.password === undefined) return { ...draft, email, passwordHash: null };
  checkPassword(draft.password, email);
  return { ...draft, email, passwordHash: await hashPassword(draft.password) };
}

function normal(text: string): string {
  const email = parseAddress(text.trim())?.toLowerCase();
  if (!email) throw refuse('bad_address', { fields: [{ name: 'email', rule: 'is an e-mail address' }] });
  return email;
}

function idOf(ids: ReadonlyMap<string, bigint>, email: string): bigint {
  const id = ids.get(email);
  if (id === undefined) throw refuse('address_taken', { fields: [{ name: 'email', rule: 'is not used yet' }] });
  return id;
}
