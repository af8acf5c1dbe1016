import { Temporal } from 'temporal-polyfill';
import type { CsvRow, Problem } from '#cli/_csv.ts';
import { checkCustomers } from '#domain/customers/register.ts';
import { expiriesNear } from '#domain/platforms/calendar.ts';
import type { Mode, TermMode } from '#domain/platforms/types.ts';
import { isAddress, sameMailbox } from '#kit/address.ts';
import { isCountry } from '#kit/countries.ts';
import { parseDay, termEnd } from '#kit/dates.ts';

/** The columns of a file of mailboxes; what our own export adds is `state`. */
export const mailboxColumns = [
  'customer',
  'name',
  'email',
  'country',
  'vat_number',
  'language',
  'platform',
  'product',
  'mailbox',
  'plan',
  'mode',
  'starts_on',
  'expires_on',
] as const;

export type MailboxColumn = (typeof mailboxColumns)[number] | 'state';

/** A row whose values mean something on their own; `termMode` is how its present term must have been bought. */
export type MailboxRow = CsvRow<MailboxColumn> & {
  mode: Mode;
  termMode: TermMode;
  startsOn: Temporal.PlainDate;
  expiresOn: Temporal.PlainDate;
};

type Row = CsvRow<MailboxColumn>;
type Tell = (column: MailboxColumn, reason: string) => void;

/**
 * Checks every row by itself and against the others: dates, modes, addresses, customers, a customer with two names, a
 * platform of two products, a mailbox twice. Returns the rows that are whole, for the questions only the database answers.
 */
export function checkMailboxRows(rows: readonly Row[], problems: Problem[]): MailboxRow[] {
  const others = {
    customers: new Map<string, Row>(),
    platforms: new Map<string, Row>(),
    addresses: new Map<string, Row>(),
  };
  const customerProblems = rememberCustomers();
  return rows.flatMap((row) => {
    const before = problems.length;
    const tell: Tell = (column, reason) => problems.push({ line: row.line, column, reason });
    for (const [column, reason] of customerProblems(row)) tell(column, reason);
    checkTexts(row, tell);
    const days = checkDays(row, tell);
    const mode = modes.find((known) => known === row.cells.mode);
    if (!mode) tell('mode', `unknown mode "${row.cells.mode}": one of ${modes.join(', ')}`);
    compareWithOthers(row, others, tell);
    if (problems.length > before || !days || !mode) return [];
    return [{ ...row, ...days, mode, termMode: mode === 'none' ? guessTermMode(days) : mode }];
  });
}

/** The columns that say who a customer is, and must say the same in every row; and how two of them are called. */
export const customerColumns = {
  name: 'names',
  email: 'e-mail addresses',
  country: 'countries',
  vat_number: 'VAT numbers',
  language: 'languages',
} as const;

type CustomerColumn = keyof typeof customerColumns;

/** The sentence for a customer who is described in two ways. */
export function twoOfThem(column: CustomerColumn, { here, there }: { here: string; there: string }): string {
  return `a customer with two ${customerColumns[column]}: "${here}" here, ${there}`;
}

const customerColumnNames = Object.keys(customerColumns) as CustomerColumn[];
const modes = ['monthly', 'yearly', 'none'] as const;

/** Most rows repeat the customer of the row before: each way of writing one is checked once. */
function rememberCustomers(): (row: Row) => [MailboxColumn, string][] {
  const known = new Map<string, [MailboxColumn, string][]>();
  return ({ cells }) => {
    const key = JSON.stringify([cells.customer, ...customerColumnNames.map((column) => cells[column])]);
    const found = known.get(key) ?? customerProblemsOf(cells);
    known.set(key, found);
    return found;
  };
}

function customerProblemsOf(cells: Row['cells']): [MailboxColumn, string][] {
  const { customer: code, name, email, country, vat_number: vatNumber, language } = cells;
  const draft = { code, name, email, country, vatNumber, language, currency: 'EUR' };
  return checkCustomers([draft]).map((field) => {
    const column = field.name.replace('rows[0].', '').replace('code', 'customer') as MailboxColumn;
    if (column === 'country' && !isCountry(country))
      return [column, `unknown country "${country}": an ISO 3166 code such as IT`];
    if (column === 'email') return [column, `malformed address "${email}"`];
    return [column, field.rule.replace(/^R\d+: /, '')];
  });
}

function checkTexts({ cells }: Row, tell: Tell): void {
  if (!isAddress(cells.mailbox)) tell('mailbox', `malformed address "${cells.mailbox}"`);
  for (const column of ['platform', 'product', 'plan'] as const) {
    const text = cells[column];
    const fine = text.length > 0 && text.length <= 100 && text === text.trim() && !/\p{Cc}/u.test(text);
    if (!fine) tell(column, '1 to 100 characters, without spaces at its ends or control characters');
  }
  // Rows come from our own export as well as from elsewhere; what is suspended or has ended cannot be taken over.
  if (cells.state !== undefined && cells.state !== 'active')
    tell('state', `"${cells.state}": only active mailboxes can be taken over`);
}

type Days = { startsOn: Temporal.PlainDate; expiresOn: Temporal.PlainDate };

function checkDays({ cells }: Row, tell: Tell): Days | null {
  const startsOn = parseDay(cells.starts_on);
  const expiresOn = parseDay(cells.expires_on);
  if (!startsOn) tell('starts_on', badDate(cells.starts_on));
  if (!expiresOn) tell('expires_on', badDate(cells.expires_on));
  if (!startsOn || !expiresOn) return null;
  const reason = misfit({ startsOn, expiresOn });
  if (reason === null) return { startsOn, expiresOn };
  tell('expires_on', reason);
  return null;
}

/** Our own exports fit; what was counted otherwise elsewhere would be given a short next term at the full price. */
function misfit({ startsOn, expiresOn }: Days): string | null {
  if (Temporal.PlainDate.compare(expiresOn, startsOn) <= 0)
    return `expiry before start: ${expiresOn} is not after ${startsOn}`;
  const near = expiriesNear(startsOn, expiresOn);
  if (near.some((day) => day.equals(expiresOn))) return null;
  return `${expiresOn} is not counted from ${startsOn}, so the next term would not be a whole one (R13): ${near.join(' or ')} would fit`;
}

function badDate(text: string): string {
  return `bad date "${text}": write it like 2027-01-31`;
}

type Others = Record<'customers' | 'platforms' | 'addresses', Map<string, Row>>;

function compareWithOthers(row: Row, others: Others, tell: Tell): void {
  const { cells } = row;
  const customer = firstOf(others.customers, cells.customer, row);
  for (const column of customerColumnNames) {
    if (customer.cells[column] === cells[column]) continue;
    const there = `"${customer.cells[column]}" on line ${customer.line}`;
    tell(column, twoOfThem(column, { here: cells[column], there }));
  }
  const platform = firstOf(others.platforms, `${cells.customer}\n${cells.platform}`, row);
  if (platform.cells.product !== cells.product) {
    tell('product', `platform ${cells.platform} has the product "${platform.cells.product}" on line ${platform.line}`);
  }
  const mailbox = firstOf(others.addresses, sameMailbox(cells.mailbox), row);
  if (mailbox !== row) tell('mailbox', `duplicate mailbox: ${cells.mailbox} is also on line ${mailbox.line}`);
}

function firstOf(known: Map<string, Row>, key: string, row: Row): Row {
  const first = known.get(key);
  if (first) return first;
  known.set(key, row);
  return row;
}

/** A mailbox that will not renew does not say how its term was bought: whole years were bought yearly, the rest monthly. */
function guessTermMode({ startsOn, expiresOn }: Days): TermMode {
  const years = expiresOn.year - startsOn.year;
  return years > 0 && termEnd(startsOn, 12 * years, startsOn.day).equals(expiresOn) ? 'yearly' : 'monthly';
}
