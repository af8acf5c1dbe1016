import { createHmac } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import { findCustomers } from '#domain/customers/get.ts';
import { registerUsers, type UserDraft } from '#domain/identity/register.ts';
import type { Tx } from '#kit/db.ts';

type Person = {
  email: string;
  name: string;
  language: string;
  who: string;
  operatorRole?: NonNullable<UserDraft['operatorRole']>;
  at?: { customer: string; role: 'admin' | 'billing' | 'technical' };
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
  customer('anna.bianchi@studio-bianchi.example', 'Anna Bianchi', 'studio-bianchi', 'admin'),
  customer('paolo.riva@studio-bianchi.example', 'Paolo Riva', 'studio-bianchi', 'billing'),
  customer('marta.conti@studio-bianchi.example', 'Marta Conti', 'studio-bianchi', 'technical'),
  customer('titolare@officina-verdi.example', 'Vito Verdi', 'officina-verdi', 'admin'),
  customer('cucina@trattoria-rossi.example', 'Rosa Rossi', 'trattoria-rossi', 'admin'),
  customer('alice@agenzia-neri.example', 'Alice Neri', 'agenzia-neri', 'admin'),
  customer('presidenza@cooperativa-blu.example', 'Bruno Blu', 'cooperativa-blu', 'admin'),
  { ...customer('k.bergmann@bergmann.example', 'Karin Bergmann', 'bergmann', 'admin'), language: 'de' },
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

function customer(email: string, name: string, code: string, role: 'admin' | 'billing' | 'technical'): Person {
  return { email, name, language: 'it', who: `${code}, ${role}`, at: { customer: code, role } };
}

/** Made from the installation's secret, so that it can be told again and is another one everywhere. */
function passwordOf(email: string, secret: string): string {
  return createHmac('sha256', secret).update(`demo login ${email}`).digest('base64url').slice(0, 14);
}
