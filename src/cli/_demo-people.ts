import { createHmac } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { findCustomers } from '#domain/customers/get.ts';
import { registerUsers, type UserDraft } from '#domain/identity/register.ts';
import type { Role } from '#domain/identity/roles.ts';
import type { Tx } from '#kit/db.ts';

type Person = {
  email: string;
  name: string;
  language: string;
  who: string;
  operatorRole?: NonNullable<UserDraft['operatorRole']>;
  at?: { customer: string; role: Role };
};

const people: readonly Person[] = [
  {
    email: 'operator@rinnovo.example',
    name: 'Olivia Operatore',
    language: 'it',
    who: 'operator, everything',
    operatorRole: 'admin',
  },
  {
    email: 'finance@rinnovo.example',
    name: 'Fabrizio Conti',
    language: 'it',
    who: 'operator, finance',
    operatorRole: 'finance',
  },
  {
    email: 'support@rinnovo.example',
    name: 'Sofia Aiuto',
    language: 'it',
    who: 'operator, support',
    operatorRole: 'support',
  },
  customer('anna.bianchi@studio-bianchi.example', 'Anna Bianchi', { customer: 'studio-bianchi', role: 'admin' }),
  customer('paolo.riva@studio-bianchi.example', 'Paolo Riva', { customer: 'studio-bianchi', role: 'billing' }),
  customer('marta.conti@studio-bianchi.example', 'Marta Conti', { customer: 'studio-bianchi', role: 'technical' }),
  customer('titolare@officina-verdi.example', 'Vito Verdi', { customer: 'officina-verdi', role: 'admin' }),
  customer('cucina@trattoria-rossi.example', 'Rosa Rossi', { customer: 'trattoria-rossi', role: 'admin' }),
  customer('alice@agenzia-neri.example', 'Alice Neri', { customer: 'agenzia-neri', role: 'admin' }),
  customer('presidenza@cooperativa-blu.example', 'Bruno Blu', { customer: 'cooperativa-blu', role: 'admin' }),
  {
    ...customer('k.bergmann@bergmann.example', 'Karin Bergmann', { customer: 'bergmann', role: 'admin' }),
    language: 'de',
  },
];

/** Registers the people of the demo company: one login for each role, and an admin of each customer that shows something. */
export async function registerPeople(tx: Tx, secret: string): Promise<void> {
  const codes = people.flatMap(({ at }) => (at ? [at.customer] : []));
  const customers = await findCustomers(tx, codes);
  // Logins live by the host's clock.
  const now = Temporal.Now.instant();
  const drafts = people.map(({ email, name, language, operatorRole, at }): UserDraft => {
    const customerId = at && customers.get(at.customer)?.customerId;
    const place = customerId !== undefined && at ? { memberships: [{ customerId, role: at.role }] } : {};
    return {
      email,
      name,
      language,
      now,
      password: passwordOf(email, secret),
      ...(operatorRole && { operatorRole }),
      ...place,
    };
  });
  await registerUsers(tx, drafts);
}

/** The logins as they are told at each start of the sandbox. */
export function logins(secret: string): string[] {
  const width = Math.max(...people.map(({ email }) => email.length));
  const lines = people.map(({ email, who }) => `  ${email.padEnd(width)}  ${passwordOf(email, secret)}  ${who}`);
  return ['Demo logins (only in the sandbox):', ...lines];
}

function customer(email: string, name: string, at: NonNullable<Person['at']>): Person {
  return { email, name, language: 'it', who: `${at.customer}, ${at.role}`, at };
}

/** Made from the installation's secret, so that it can be told again and is another one everywhere. */
function passwordOf(email: string, secret: string): string {
  return createHmac('sha256', secret).update(`demo login ${email}`).digest('base64url').slice(0, 14);
}
