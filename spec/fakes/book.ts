import assert from 'node:assert/strict';
import type { Temporal } from 'temporal-polyfill';

/** One row of a fake provider's own book: `amount` minor units, above 0, goes from `debit` to `credit`. */
export type BookEntry = {
  /** Of the provider, unique in its book. */
  reference: string;
  debit: string;
  credit: string;
  amount: bigint;
  currency: string;
  at: Temporal.Instant;
};

/**
 * The double-entry book of another company: it cannot be unbalanced, takes each reference once and is never changed. It
 * shares nothing with our ledger, so that comparing the two proves something.
 */
export type Book = {
  post(entry: BookEntry): void;
  /** What was credited to an account less what was debited. */
  balance(account: string, currency: string): bigint;
  entries(): readonly BookEntry[];
};

export function createBook(): Book {
  const entries: BookEntry[] = [];
  const references = new Set<string>();
  const balances = new Map<string, bigint>();
  const move = (account: string, currency: string, amount: bigint) => {
    const key = `${account} ${currency}`;
    balances.set(key, (balances.get(key) ?? 0n) + amount);
  };
  return {
    post: (entry) => {
      assert.ok(entry.amount > 0n, `${entry.reference} moves ${entry.amount}`);
      assert.ok(!references.has(entry.reference), `${entry.reference} is in the book already`);
      references.add(entry.reference);
      entries.push(Object.freeze({ ...entry }));
      move(entry.debit, entry.currency, -entry.amount);
      move(entry.credit, entry.currency, entry.amount);
    },
    balance: (account, currency) => balances.get(`${account} ${currency}`) ?? 0n,
    entries: () => entries,
  };
}
