import type { Temporal } from 'temporal-polyfill';
import { findCustomers } from '#domain/customers/get.ts';
import type { ListFormat } from '#domain/exports/format.ts';
import { parseDay } from '#kit/dates.ts';
import type { Db, Tx } from '#kit/db.ts';
import { StartError, UsageError } from '#kit/errors.ts';

/** The format asked for. Refuses, as a bad argument, any other. */
export function listFormatOf(text: string | undefined): ListFormat {
  if (text === 'csv' || text === 'jsonl') return text;
  throw new UsageError(`--format must be csv or jsonl, not ${text}.`);
}

/** The date an option gives. Refuses, as a bad argument, what is none. */
export function dayOf(option: string, text: string | undefined): Temporal.PlainDate {
  const day = parseDay(text ?? '');
  if (day) return day;
  throw new UsageError(`${option} must be a date such as 2027-01-31, not ${text}.`);
}

/** The whole number above 0 that an option gives, at most `most`. Refuses, as a bad argument, any other. */
export function countOf(option: string, text: string | undefined, most: number): number {
  const count = /^\d{1,9}$/.test(text ?? '') ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw new UsageError(`${option} must be a whole number from 1 to ${most}, not ${text}.`);
}

/** A number of things in words: 1 invoice, 2 invoices, 2 mailboxes. */
export function counted(count: number, thing: string, things = `${thing}s`): string {
  return `${count} ${count === 1 ? thing : things}`;
}

/** The customer with a code; null when none is asked for. Refuses a code that nobody has. */
export async function customerIdOf(db: Db | Tx, code: string | undefined): Promise<bigint | null> {
  if (code === undefined) return null;
  const customer = (await findCustomers(db, [code])).get(code);
  if (!customer) throw new StartError(`There is no customer ${code}.`);
  return customer.customerId;
}
