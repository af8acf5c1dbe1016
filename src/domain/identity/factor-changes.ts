import { type Act, recordEvents } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import { findUserById, membershipsOf } from '#domain/identity/_store.ts';
import type { Tx } from '#kit/db.ts';

/** What happened to what somebody signs in with; `name` is that of the passkey, or the new address. */
export type FactorChange = {
  userId: bigint;
  what:
    | 'passkey_added'
    | 'passkey_removed'
    | 'passkey_copied'
    | 'address_changed'
    | 'password_changed'
    | 'recovery_codes_renewed'
    | 'authenticator_added'
    | 'authenticator_removed';
  name: string;
};

/** Tells of it in its transaction: in the trail and to the person. Given by who has the business clock and writes letters. */
export type TellFactor = (tx: Tx, change: FactorChange) => Promise<void>;

/** Writes it into the trail of every customer the person works for, or of the seller for our operators. */
export async function recordFactorChange(tx: Tx, act: Act, { userId, what, name }: FactorChange): Promise<void> {
  const user = await findUserById(tx, userId);
  const data = { user_id: userId, what, ...(name === '' ? {} : { name }) };
  if (user?.operator_role) return recordSellerEvent(tx, act, { type: 'operators.changed', data });
  const places = await membershipsOf(tx, userId);
  const drafts = places.map((place) => ({ customerId: place.customer_id, type: 'people.changed' as const, data }));
  await recordEvents(tx, act, drafts);
}
