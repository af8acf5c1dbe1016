import { stringify } from 'csv-stringify/sync';
import { formatDecimal } from '#kit/money.ts';

/** The two ways a list leaves the system: for spreadsheets and for programs. */
export type ListFormat = 'csv' | 'jsonl';

/** What a column holds. `money` is minor units of the row's `currency`, `rate` a VAT rate in basis points. */
export type ColumnKind = 'text' | 'number' | 'day' | 'instant' | 'money' | 'rate' | 'json';

export type Column = readonly [name: string, kind: ColumnKind];

/** One row of a list, by the names of its columns; a list with money has a `currency` in each row. */
export type ListRow = Readonly<Record<string, unknown>>;

/**
 * The first line of a list: the names of the columns in CSV, nothing in JSON lines.
 */
export function formatHeader(columns: readonly Column[], format: ListFormat): string {
  return format === 'csv' ? `${columns.map(([name]) => name).join(',')}\n` : '';
}

/**
 * Writes rows of a list. CSV: money as decimals of its currency (`2.99`), a VAT rate as per cent (`22`), nothing for
 * what is absent, and texts that a spreadsheet would take for a formula behind an apostrophe. JSON lines: money as
 * integers of minor units, texts as they are.
 */
export function formatRows(columns: readonly Column[], rows: readonly ListRow[], format: ListFormat): string {
  if (format === 'csv') return stringify(rows.map((row) => columns.map((column) => csvCell(row, column))));
  return rows.map((row) => `${JSON.stringify(jsonRow(row, columns))}\n`).join('');
}

/** A text as it stands in our CSV: behind an apostrophe when a spreadsheet would take it for a formula. */
export function neutralise(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/** The text that `neutralise` wrote: takes away the apostrophe it put there, and only that one. */
export function restore(text: string): string {
  return /^'+[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

function csvCell(row: ListRow, [name, kind]: Column): string {
  const value = row[name];
  if (value === null || value === undefined) return '';
  if (kind === 'money') return formatDecimal(value as bigint, row['currency'] as string);
  if (kind === 'rate') return String(Number(value) / 100);
  if (kind === 'text') return neutralise(String(value));
  if (kind === 'json') return JSON.stringify(value);
  return String(value);
}

function jsonRow(row: ListRow, columns: readonly Column[]): Record<string, unknown> {
  return Object.fromEntries(columns.map(([name, kind]) => [name, jsonCell(row[name], kind)]));
}

function jsonCell(value: unknown, kind: ColumnKind): unknown {
  if (value === null || value === undefined || kind === 'json') return value ?? null;
  if (kind === 'money' || kind === 'number') return safeInteger(value as bigint | number);
  if (kind === 'rate') return Number(value) / 100;
  return String(value);
}

function safeInteger(value: bigint | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit JSON`);
  return number;
}
