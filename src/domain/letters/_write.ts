import { sql } from 'kysely';
import { getCustomers } from '#domain/customers/get.ts';
import type { Customer, Seller } from '#domain/customers/types.ts';
import type { Act } from '#domain/events/record.ts';
import type { Role } from '#domain/identity/roles.ts';
import { columns, type Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { audiences } from './_audience.ts';
import type { Rendered } from './_compose.ts';
import type { Links } from './_links.ts';
import type { LetterPlan, Telling } from './_telling.ts';
import { letterLanguage, renderLetter } from './render.ts';
import type { LetterData, LetterKind, LetterSeller } from './types.ts';

/** A letter to one address, in the language really used. */
export type Addressed = { plan: LetterPlan; recipient: string; language: string; rendered: Rendered };

/** Writes planned letters to everybody they concern: the customer's address and the people whose role it is (R35). */
export async function writeToAll(telling: Telling, host: string, plans: readonly LetterPlan[]): Promise<void> {
  if (plans.length === 0) return;
  const { tx, act } = telling;
  const customerIds = [...new Set(plans.map((plan) => plan.customerId))];
  const customers = await getCustomers(tx, customerIds);
  const people = await readPeople(tx, customerIds);
  const letters = plans.flatMap((plan) => {
    const customer = customers.get(plan.customerId) as Customer;
    const recipients = recipientsOf(plan.kind, customer, people.get(plan.customerId) ?? []);
    const inLanguage = new Map<string, Rendered>();
    return [...recipients].map(([recipient, language]): Addressed => {
      const rendered = inLanguage.get(language) ?? renderPlan(plan, language, { ...telling, customer });
      inLanguage.set(language, rendered);
      return { plan, recipient, language, rendered };
    });
  });
  await insertLetters(tx, act, { host, letters });
}

/** What one planned letter says in a language. */
export function renderPlan(
  plan: LetterPlan,
  language: string,
  { seller, links, customer }: { seller: Seller; links: Links; customer: Pick<Customer, 'code' | 'name'> },
): Rendered {
  const { code, name } = customer;
  const data = { seller: signature(seller), customer: { code, name }, portalUrl: links.portal, ...plan.facts };
  return renderLetter<LetterKind>(plan.kind, language, data as LetterData[LetterKind]);
}

/**
 * Puts letters in the archive, to be sent from now on. A customer's step that an address got already is left out (R34).
 * The Message-ID is made from the letter's id and stays the same however often it is sent (P9).
 */
export async function insertLetters(
  tx: Tx,
  act: Act,
  { host, letters }: { host: string; letters: readonly Addressed[] },
): Promise<void> {
  if (letters.length === 0) return;
  const ids = await nextIds(tx, letters.length);
  const rows = letters.map((letter, i) => ({ ...letter, letterId: ids[i] as bigint }));
  await sql`
    insert into letters (customer_id, letter_id, kind, step, invoice_id, language, recipient, subject, html, body, message_id,
                         state, written_at, send_after)
    select u.customer_id, u.letter_id, u.kind, u.step, u.invoice_id, u.language, u.recipient, u.subject, u.html, u.body, u.message_id,
           'written', ${act.at}::timestamptz, ${act.at}::timestamptz
      from ${columns(rows, {
        customer_id: ['bigint', ({ plan }) => plan.customerId],
        letter_id: ['bigint', ({ letterId }) => letterId],
        kind: ['text', ({ plan }) => plan.kind],
        step: ['text', ({ plan }) => plan.step],
        invoice_id: ['bigint', ({ plan }) => plan.invoiceId ?? null],
        language: ['text', ({ language }) => language],
        recipient: ['text', ({ recipient }) => recipient],
        subject: ['text', ({ rendered }) => rendered.subject],
        html: ['text', ({ rendered }) => rendered.html],
        body: ['text', ({ rendered }) => rendered.text],
        message_id: ['text', ({ letterId }) => messageId(letterId, host)],
      })}
    on conflict (customer_id, step, recipient) do nothing`.execute(tx);
}

function messageId(letterId: bigint, host: string): string {
  // A port or the brackets of a network address have no place in a Message-ID.
  return `<letter-${letterId}@${host.replaceAll(/[^\w.-]/g, '-')}>`;
}

type Person = { customerId: bigint; email: string; language: string; role: Role };

async function readPeople(tx: Tx, customerIds: readonly bigint[]): Promise<Map<bigint, Person[]>> {
  const { rows } = await sql<Person>`
    select m.customer_id as "customerId", u.email, u.language, m.role
      from memberships m join users u on u.user_id = m.user_id
     where m.customer_id = any(${customerIds}::bigint[]) and u.closed_at is null
     order by u.email`.execute(tx);
  return Map.groupBy(rows, (row) => row.customerId);
}

// By address, so that who is both the customer's address and a user gets one letter: in the user's own language.
function recipientsOf(kind: LetterKind, customer: Customer, people: readonly Person[]): Map<string, string> {
  const recipients = new Map<string, string>();
  if (customer.email) recipients.set(customer.email.toLowerCase(), letterLanguage(customer.language));
  for (const { email, language, role } of people) {
    const isConcerned = audiences[kind].includes(role) || recipients.has(email.toLowerCase());
    if (isConcerned) recipients.set(email.toLowerCase(), letterLanguage(language));
  }
  return recipients;
}

function signature(seller: Seller): LetterSeller {
  const { name, street, postalCode, city, country, vatNumber, email, iban, timeZone } = seller;
  return { name, street, postalCode, city, country, vatNumber, email, iban, timeZone };
}
