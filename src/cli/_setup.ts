import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { findSeller, registerSeller } from '#domain/customers/sellers.ts';
import { today } from '#kit/dates.ts';
import { type Db, transaction } from '#kit/db.ts';

/**
 * Registers a seller without particulars in a new installation, so that everything has somebody to be sold by; its
 * operators write name, address and bank before the first invoice goes out. Two starts at once register one.
 */
export async function ensureSeller(system: Db): Promise<void> {
  if (await findSeller(system)) return;
  await transaction(system, async (tx) => {
    await sql`lock table sellers in share row exclusive mode`.execute(tx);
    if (await findSeller(tx)) return;
    const at = Temporal.Now.instant();
    await registerSeller(tx, { actor: 'system', at, on: today(at, newSeller.timeZone) }, newSeller);
  });
}

const newSeller = {
  name: 'New seller',
  street: '',
  postalCode: '',
  city: '',
  country: 'IT',
  vatNumber: '',
  email: '',
  iban: '',
  bic: '',
  currency: 'EUR',
  timeZone: 'Europe/Rome',
};
