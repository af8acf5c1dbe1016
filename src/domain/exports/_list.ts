import { type RawBuilder, sql } from 'kysely';
import type { Column } from '#domain/exports/format.ts';

/**
 * What a list shows and the query behind it, for one customer or, with null, for all. Each query orders by something
 * that never changes, compared byte by byte, so that two exports of the same facts are the same file.
 */
export type List = { columns: readonly Column[]; query(customerId: bigint | null): RawBuilder<unknown> };

/** The condition that narrows a customer-owned table to one customer. */
export function ownedBy(customerId: bigint | null, table: string): RawBuilder<unknown> {
  return customerId === null ? sql`true` : sql`${sql.ref(`${table}.customer_id`)} = ${customerId}::bigint`;
}
