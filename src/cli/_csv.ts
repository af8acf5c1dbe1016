import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { utf8Lines } from '#cli/_utf8-lines.ts';
import { restore } from '#domain/exports/format.ts';
import { UsageError } from '#kit/errors.ts';

/** Something that cannot be taken as it stands: where, and why, in words for a person (R38). */
export type Problem = { line: number; column: string; reason: string };

/** One row of a file: the line it begins on, and its texts by column. */
export type CsvRow<Name extends string> = { line: number; cells: Readonly<Record<Name, string>> };

/** The columns a file must have, and those it may have. */
export type CsvShape<Name extends string> = { required: readonly Name[]; optional?: readonly Name[] };

/**
 * Reads a CSV file with a header row: UTF-8, with or without byte order mark, lines ended in any way, quoted where
 * needed, columns in any order. What is wrong with its form is added to `problems`; rows that can be read are returned
 * all the same, so that one reading finds everything. Refuses, as a bad argument, a file that cannot be opened.
 */
export async function readCsv<Name extends string>(
  file: string,
  shape: CsvShape<Name>,
  problems: Problem[],
): Promise<CsvRow<Name>[]> {
  const reading: Reading<Name> = { shape, problems, header: undefined, rows: [], next: 1 };
  const first = shape.required[0] ?? '';
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    // Rows are taken here, not from the stream, which would lose those it still holds when a later one is malformed.
    on_record: (record: string[], { lines }) => {
      take(reading, record, lines);
    },
  });
  const guard = utf8Lines((line) => problems.push({ line, column: first, reason: 'not UTF-8 text' }));
  try {
    await pipeline(createReadStream(file), guard, parser.resume());
  } catch (error) {
    problems.push({ line: reading.next, column: first, reason: reasonOf(error, file) });
  }
  if (!reading.header && problems.length === 0) problems.push({ line: 1, column: first, reason: 'the file is empty' });
  return reading.rows;
}

type Reading<Name extends string> = {
  shape: CsvShape<Name>;
  problems: Problem[];
  header: (Name | undefined)[] | undefined;
  rows: CsvRow<Name>[];
  /** The line after the last row that could be read, which is where the one that cannot be read begins. */
  next: number;
};

function take<Name extends string>(reading: Reading<Name>, record: readonly string[], lines: number): void {
  reading.next = lines + 1;
  if (reading.header) {
    takeRow(reading, record, lines - breaksWithin(record));
    return;
  }
  const found = reading.problems.length;
  reading.header = headerOf(reading, record);
  // Under a wrong header nothing that follows would mean anything.
  if (reading.problems.length > found) reading.header = [];
}

/** A quoted text may hold line breaks; the parser counts to the end of the row, people look for its beginning. */
function breaksWithin(record: readonly string[]): number {
  let count = 0;
  for (const cell of record) {
    if (cell.includes('\n') || cell.includes('\r')) count += cell.split(/\r\n|\n|\r/).length - 1;
  }
  return count;
}

function headerOf<Name extends string>(
  { shape: { required, optional = [] }, problems }: Reading<Name>,
  record: readonly string[],
): (Name | undefined)[] {
  const known = new Set<string>([...required, ...optional]);
  record.forEach((name, i) => {
    if (!known.has(name)) problems.push({ line: 1, column: name, reason: 'not a column of this file' });
    else if (record.indexOf(name) < i) problems.push({ line: 1, column: name, reason: 'this column is there twice' });
  });
  for (const column of required) {
    if (!record.includes(column)) problems.push({ line: 1, column, reason: 'this column is missing' });
  }
  return record.map((name) => (known.has(name) ? (name as Name) : undefined));
}

function takeRow<Name extends string>(
  { header = [], problems, rows }: Reading<Name>,
  record: readonly string[],
  line: number,
): void {
  if (header.length === 0) return;
  if (record.length !== header.length) {
    const column = header[record.length] ?? `column ${header.length + 1}`;
    problems.push({ line, column, reason: `${record.length} values where ${header.length} are expected` });
    return;
  }
  const cells = {} as Record<Name, string>;
  for (let i = 0; i < header.length; i++) {
    const name = header[i];
    if (name !== undefined) cells[name] = restore(record[i] ?? '');
  }
  rows.push({ line, cells });
}

function reasonOf(error: unknown, file: string): string {
  if (error instanceof CsvError) return quoteReason(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
  throw new UsageError(`${file} ${why}.`);
}

function quoteReason(error: CsvError): string {
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quotation mark is opened and never closed';
  if (error.code === 'INVALID_OPENING_QUOTE')
    return 'a quotation mark in the middle of a value; write it twice, within quotes';
  if (error.code === 'CSV_INVALID_CLOSING_QUOTE') return 'something follows a closing quotation mark';
  return error.message;
}
