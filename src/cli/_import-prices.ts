import { type CsvRow, type Problem, readCsv } from '#cli/_csv.ts';
import type { Import } from '#cli/_import.ts';
import { changePrices } from '#domain/catalog/change-prices.ts';
import type { PriceRow } from '#domain/catalog/types.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import { announcePrices } from '#domain/renewals/announce-prices.ts';
import { parseDay } from '#kit/dates.ts';
import { Refusal } from '#kit/errors.ts';
import { isCurrency, parseMoney } from '#kit/money.ts';

export const priceColumns = ['product', 'plan', 'currency', 'monthly', 'yearly', 'valid_from'] as const;

export type PriceColumn = (typeof priceColumns)[number];
type Row = CsvRow<PriceColumn>;

/**
 * Takes a price list, with the products and plans it names. What stands in the catalogue already is left alone; a change
 * is told to the customers who renew at it (R15).
 */
export const importPrices: Import = async (file, problems) =>
  takePrices(await readCsv<PriceColumn>(file, { required: priceColumns }, problems), problems);

/** The same for rows that have been read. */
export function takePrices(rows: readonly Row[], problems: Problem[]): Awaited<ReturnType<Import>> {
  const prices = rows.flatMap((row) => priceOf(row, problems));
  return async (tx, act) => {
    if (problems.length > 0) return '';
    try {
      const drafts = prices.map(({ price }) => price);
      const { policy } = await getSeller(tx);
      const notice = { reason: 'price list imported', noticeDays: policy.price_notice_days };
      const changes = await changePrices(tx, act, { rows: drafts, ...notice });
      await announcePrices(tx, act, changes);
      return `Imported ${changes.length} prices; ${prices.length - changes.length} were there already.`;
    } catch (error) {
      if (!(error instanceof Refusal) || error.fields.length === 0) throw error;
      problems.push(...error.fields.map((field) => problemOf(field, prices)));
      return '';
    }
  };
}

type Parsed = { line: number; price: PriceRow };

function priceOf({ line, cells }: Row, problems: Problem[]): Parsed[] {
  const before = problems.length;
  const tell = (column: PriceColumn, reason: string) => void problems.push({ line, column, reason });
  const { product, plan, currency } = cells;
  const validFrom = parseDay(cells.valid_from);
  if (!validFrom) tell('valid_from', `bad date "${cells.valid_from}": write it like 2027-01-31`);
  if (!isCurrency(currency)) tell('currency', `unknown currency "${currency}": an ISO 4217 code such as EUR`);
  const [monthly, yearly] = (['monthly', 'yearly'] as const).map((column) => {
    const amount = isCurrency(currency) ? amountOf(cells[column], currency) : 0n;
    if (typeof amount === 'string') tell(column, amount);
    else if (amount < 0n) tell(column, 'a price is not negative');
    return amount;
  });
  if (problems.length > before || !validFrom || typeof monthly !== 'bigint' || typeof yearly !== 'bigint') return [];
  return [{ line, price: { product, plan, currency, monthly, yearly, validFrom } }];
}

/** The amount in minor units, or why it is none. */
export function amountOf(text: string, currency: string): bigint | string {
  try {
    return parseMoney(text, currency);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

/** The catalogue counts rows from 0; people count lines. */
function problemOf({ name, rule }: Refusal['fields'][number], prices: readonly Parsed[]): Problem {
  const lineOf = (index: string) => prices[Number(index)]?.line ?? 1;
  const [, index = '0', column = ''] = /^rows\[(\d+)\]\.(\w+)$/.exec(name) ?? [];
  const reason = rule.replace(/^R\d+: /, '').replace(/rows\[(\d+)\]/g, (_, other: string) => `line ${lineOf(other)}`);
  return { line: lineOf(index), column, reason };
}
