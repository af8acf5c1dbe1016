import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { documentNumber } from '#domain/invoices/decide.ts';
import type { Tx } from '#kit/db.ts';
import { refusals } from '#kit/errors.ts';

const refuse = refusals({
  clock_behind: [409, 'The business clock stands before the last document of this series; nothing was issued.'],
});

export type Numbering = { sellerId: bigint; series: 'F' | 'N'; count: number; on: Temporal.PlainDate };
export type DocumentNumber = { series: string; year: number; seq: bigint; number: string };

/**
 * Takes the next `count` numbers of a series (R36, P7). They belong to the transaction: a rollback gives them back, so
 * the series has no gaps. The counter stays locked until the commit, so take numbers last. Refuses `clock_behind`
 * when the day lies before the last document's: numbers and dates rise together.
 */
export async function takeNumbers(tx: Tx, { sellerId, series, count, on }: Numbering): Promise<DocumentNumber[]> {
  const { rows } = await sql<{ last: bigint }>`
    insert into counters (seller_id, series, year, last, issued_on)
    values (${sellerId}, ${series}, ${on.year}, ${count}, ${on})
    on conflict (seller_id, series, year) do update
       set last = counters.last + excluded.last, issued_on = excluded.issued_on
     where counters.issued_on <= excluded.issued_on
    returning last`.execute(tx);
  const [counter] = rows;
  if (!counter) throw refuse('clock_behind');
  const first = counter.last - BigInt(count) + 1n;
  return Array.from({ length: count }, (_, i) => {
    const seq = first + BigInt(i);
    return { series, year: on.year, seq, number: documentNumber(series, on.year, seq) };
  });
}
