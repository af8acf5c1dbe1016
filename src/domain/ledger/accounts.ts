/** The chart of accounts. `customer` is the prepaid account of the row's customer; money owed to them stands on its credit side. */
export type AccountName =
  | 'customer'
  | 'revenue'
  | 'vat'
  | 'bank'
  | 'write_off'
  | 'opening'
  | 'fees'
  | `clearing:${'sandbox' | 'stripe' | 'paypal'}`;

/** Why the prepaid account moved (R3). */
export type MovementCause =
  | 'invoice'
  | 'credit_note'
  | 'payment'
  | 'refund'
  | 'chargeback'
  | 'opening'
  | 'write_off'
  | 'reversal';

/** One transfer of an entry: `amount` minor units, above zero, from the credit account to the debit account (R5). */
export type TransferDraft = { part: string; debit: AccountName; credit: AccountName; amount: bigint };

/**
 * One business cause on the books of a customer. `reference` is unique per customer, for ever: posting it twice is
 * refused by the database (rule 7).
 */
export type Entry = {
  customerId: bigint;
  cause: MovementCause;
  reference: string;
  currency: string;
  transfers: readonly TransferDraft[];
};

/** What an entry does to the prepaid account: credits raise it, debits lower it. Minor units. */
export function movedBy(entry: Entry): bigint {
  let moved = 0n;
  for (const transfer of entry.transfers) {
    if (transfer.credit === 'customer') moved += transfer.amount;
    if (transfer.debit === 'customer') moved -= transfer.amount;
  }
  return moved;
}
