import { sql } from 'kysely';
import { counted } from '#cli/_choices.ts';
import type { Db } from '#kit/db.ts';
import { formatDecimal } from '#kit/money.ts';

/** What a run has made; amounts are gross minor units, by currency. `parked` is how many are set aside at its end. */
export type DayTotals = {
  renewed: number;
  invoices: number;
  amounts: Record<string, number>;
  charges: number;
  letters: number;
  parked: number;
};

/** Counts what there is, to be compared with what there will be. */
export async function readTotals(db: Db): Promise<DayTotals> {
  const { rows } = await sql<Record<'renewed' | 'charges' | 'letters' | 'parked', bigint>>`
    select (select count(*) from terms where previous_ends_on is not null) as renewed,
           (select count(*) from charges) as charges,
           (select count(*) from letters) as letters,
           (select count(*) from parkings where released_at is null) as parked`.execute(db);
  const invoiced = await sql<{ currency: string; invoices: bigint; gross: bigint }>`
    select currency, count(*) as invoices, sum(gross)::bigint as gross from invoices group by currency order by currency`.execute(
    db,
  );
  const counts = Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, count]) => [name, Number(count)]));
  return {
    ...(counts as Record<'renewed' | 'charges' | 'letters' | 'parked', number>),
    invoices: invoiced.rows.reduce((sum, row) => sum + Number(row.invoices), 0),
    amounts: Object.fromEntries(invoiced.rows.map((row) => [row.currency, Number(row.gross)])),
  };
}

/** What has come between two counts. */
export function sinceThen(before: DayTotals, after: DayTotals): DayTotals {
  const amounts = Object.entries(after.amounts).map(
    ([currency, gross]) => [currency, gross - (before.amounts[currency] ?? 0)] as const,
  );
  return {
    renewed: after.renewed - before.renewed,
    invoices: after.invoices - before.invoices,
    amounts: Object.fromEntries(amounts.filter(([, gross]) => gross !== 0)),
    charges: after.charges - before.charges,
    letters: after.letters - before.letters,
    parked: after.parked,
  };
}

/** The totals in one sentence. */
export function tellTotals({ renewed, invoices, amounts, charges, letters, parked }: DayTotals): string {
  const sums = Object.entries(amounts).map(
    ([currency, gross]) => `${formatDecimal(BigInt(gross), currency)} ${currency}`,
  );
  const money = sums.length > 0 ? ` of ${sums.join(' and ')}` : '';
  const documents = `${counted(renewed, 'mailbox', 'mailboxes')} with ${counted(invoices, 'invoice')}${money}`;
  return `Renewed ${documents}; ${counted(charges, 'charge')}, ${counted(letters, 'letter')}; ${parked} set aside.`;
}
