import { sql } from 'kysely';
import { type CsvRow, type Problem, readCsv } from '#cli/_csv.ts';
import type { Import } from '#cli/_import.ts';
import { amountOf } from '#cli/_import-prices.ts';
import { findCustomers } from '#domain/customers/get.ts';
import type { Customer } from '#domain/customers/types.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { settleDebts } from '#domain/invoices/settle.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { postEntries } from '#domain/ledger/post.ts';
import type { Tx } from '#kit/db.ts';
import { isCurrency } from '#kit/money.ts';

const balanceColumns = ['customer', 'amount', 'currency', 'reference'] as const;

type BalanceColumn = (typeof balanceColumns)[number];
type Row = CsvRow<BalanceColumn> & { amount: bigint };
type Opening = Row & { customerId: bigint };

/**
 * Posts opening credit that customers bring from elsewhere, once per customer and reference: a file taken twice posts
 * nothing the second time. It pays open debts first, oldest first (R4). Only an invoice may owe: never negative (R2).
 */
export const importBalances: Import = async (file, problems) => {
  const rows = await readCsv<BalanceColumn>(file, { required: balanceColumns }, problems);
  const checked = rows.flatMap((row) => amountsOf(row, problems));
  return async (tx, act) => {
    const customers = await findCustomers(tx, [...new Set(checked.map((row) => row.cells.customer))]);
    const accounts = await lockAccounts(
      tx,
      [...customers.values()].map((customer) => customer.customerId),
    );
    const openings = checked.flatMap((row) => openingOf(row, { customers, free: accounts, problems }));
    const fresh = leaveOutPosted(openings, { posted: await postedAlready(tx, [...accounts.keys()]), problems });
    if (problems.length > 0) return '';
    await post(tx, act, fresh);
    return `Posted ${fresh.length} opening balances; ${openings.length - fresh.length} were posted already.`;
  };
};

function amountsOf(row: CsvRow<BalanceColumn>, problems: Problem[]): Row[] {
  const { amount: text, currency, reference } = row.cells;
  const before = problems.length;
  const tell = (column: BalanceColumn, reason: string) => void problems.push({ line: row.line, column, reason });
  if (!isCurrency(currency)) tell('currency', `unknown currency "${currency}": an ISO 4217 code such as EUR`);
  const amount = isCurrency(currency) ? amountOf(text, currency) : 0n;
  if (typeof amount === 'string') tell('amount', amount);
  else if (isCurrency(currency) && amount <= 0n) tell('amount', `${text}: an opening balance is credit, more than 0`);
  const fine =
    reference.length > 0 && reference.length <= 100 && reference === reference.trim() && !/\p{Cc}/u.test(reference);
  if (!fine) tell('reference', '1 to 100 characters, without spaces at its ends or control characters');
  return problems.length > before || typeof amount === 'string' ? [] : [{ ...row, amount }];
}

type OpeningContext = {
  customers: ReadonlyMap<string, Customer>;
  free: ReadonlyMap<bigint, unknown>;
  problems: Problem[];
};

function openingOf(row: Row, { customers, free, problems }: OpeningContext): Opening[] {
  const { customer: code, currency } = row.cells;
  const tell = (column: BalanceColumn, reason: string) => {
    problems.push({ line: row.line, column, reason });
    return [];
  };
  const customer = customers.get(code);
  if (!customer) return tell('customer', `unknown customer "${code}"`);
  if (customer.currency !== currency)
    return tell('currency', `customer ${code} has an account in ${customer.currency}`);
  if (!free.has(customer.customerId)) return tell('customer', `customer ${code} is set aside: release it first`);
  return [{ ...row, customerId: customer.customerId }];
}

/** Kept apart from the numbers of documents, which are references of the same account. */
function referenceOf(reference: string): string {
  return `opening:${reference}`;
}

function postedKey(customerId: bigint, reference: string): string {
  return `${customerId} ${reference}`;
}

async function postedAlready(tx: Tx, customerIds: readonly bigint[]): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ customerId: bigint; reference: string; amount: bigint }>`
    select customer_id as "customerId", reference, amount from movements
     where customer_id = any(${customerIds}::bigint[]) and cause = 'opening'`.execute(tx);
  return new Map(rows.map((row) => [postedKey(row.customerId, row.reference), row.amount]));
}

type PostedContext = { posted: Map<string, bigint>; problems: Problem[] };

/** A row whose reference is posted with the same amount, before or earlier in this file, is no work; with another, an error. */
function leaveOutPosted(openings: readonly Opening[], { posted, problems }: PostedContext): Opening[] {
  return openings.filter((opening) => {
    const { line, cells, amount, customerId } = opening;
    const key = postedKey(customerId, referenceOf(cells.reference));
    const before = posted.get(key);
    posted.set(key, before ?? amount);
    if (before !== undefined && before !== amount) {
      const reason = `"${cells.reference}" is posted already for customer ${cells.customer}, with another amount`;
      problems.push({ line, column: 'reference', reason });
    }
    return before === undefined;
  });
}

async function post(tx: Tx, act: Act, openings: readonly Opening[]): Promise<void> {
  const entries = openings.map(({ customerId, amount, cells }) => ({
    customerId,
    cause: 'opening' as const,
    reference: referenceOf(cells.reference),
    currency: cells.currency,
    transfers: [{ part: 'credit', debit: 'opening', credit: 'customer', amount } as const],
  }));
  await postEntries(tx, act, entries);
  await settleDebts(
    tx,
    act,
    openings.map(({ customerId, amount }) => ({ customerId, amount, source: 'credit' as const })),
  );
  const events = openings.map(({ customerId, amount, cells }) => ({
    customerId,
    type: 'balances.opened' as const,
    data: { amount, currency: cells.currency, reference: cells.reference },
  }));
  await recordEvents(tx, act, events);
}
