import { sql } from 'kysely';
import { getCustomer } from '#domain/customers/get.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import type { Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { linksAt } from './_links.ts';
import type { LetterPlan } from './_telling.ts';
import { insertLetters, renderPlan } from './_write.ts';
import { letterLanguage } from './render.ts';
import type { LetterFacts } from './types.ts';
import type { LetterWriting } from './write.ts';

/** A letter to one person about their own login. `customerId`: the customer an invitation is for; left out, the person's own. */
export type AccountLetter = {
  [Kind in AccountKind]: { kind: Kind; userId: bigint; customerId?: bigint; facts: LetterFacts[Kind] };
}[AccountKind];

type AccountKind = 'password_reset' | 'invitation' | 'new_device' | 'second_factor_changed';

/** The kinds that concern one person and are shown to nobody else; their links are forgotten once they have left. */
export const accountKinds: readonly AccountKind[] = [
  'password_reset',
  'invitation',
  'new_device',
  'second_factor_changed',
];

/**
 * Writes a letter about a login, in the transaction of its cause, to that person alone. Answers false for somebody who
 * belongs to no customer, such as our operators: letters are kept under a customer, and an operator gets a new link at
 * the command line.
 */
export async function writeAccountLetter(
  tx: Tx,
  act: Act,
  { letter, writing }: { letter: AccountLetter; writing: LetterWriting },
): Promise<boolean> {
  const person = await findPerson(tx, letter);
  if (!person) return false;
  const seller = await getSeller(tx);
  const customer = await getCustomer(tx, person.customerId);
  const links = linksAt(writing.publicUrl, writing.secret);
  const [number] = await nextIds(tx, 1);
  const { kind, facts } = letter;
  // Every cause is another: two resets are two letters.
  const plan = { kind, facts, customerId: person.customerId, step: `${kind}:${letter.userId}:${number}` } as LetterPlan;
  const language = letterLanguage(person.language);
  const rendered = renderPlan(plan, language, { seller, links, customer });
  const letters = [{ plan, recipient: person.email, language, rendered }];
  await insertLetters(tx, act, { host: new URL(writing.publicUrl).host, letters });
  return true;
}

type Person = { customerId: bigint; email: string; language: string };

async function findPerson(tx: Tx, { userId, customerId }: AccountLetter): Promise<Person | undefined> {
  const { rows } = await sql<Person>`
    select m.customer_id as "customerId", u.email, u.language
      from users u join memberships m on m.user_id = u.user_id
     where u.user_id = ${userId} and u.closed_at is null and (${customerId ?? null}::bigint is null or m.customer_id = ${customerId ?? null})
     order by m.created_at, m.customer_id limit 1`.execute(tx);
  return rows[0];
}
