import type { Problem } from '#cli/_csv.ts';
import type { Act } from '#domain/events/record.ts';
import type { Tx } from '#kit/db.ts';

/**
 * One kind of file. It is read and checked first; what it answers then compares the rows with the database and, unless
 * there are problems, writes them. It returns the sentence to end with, which may be empty when there are problems.
 */
export type Import = (file: string, problems: Problem[]) => Promise<(tx: Tx, act: Act) => Promise<string>>;
