import { counted } from '#cli/_choices.ts';
import { type CsvRow, type Problem, readCsv } from '#cli/_csv.ts';
import type { Import } from '#cli/_import.ts';
import { compareWithDatabase, platformKey, type Surroundings } from '#cli/_mailbox-conflicts.ts';
import { checkMailboxRows, type MailboxColumn, type MailboxRow, mailboxColumns } from '#cli/_mailbox-rows.ts';
import { registerCustomers } from '#domain/customers/register.ts';
import type { Act } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { openAccounts } from '#domain/ledger/open.ts';
import { registerMailboxes, registerPlatforms } from '#domain/platforms/register.ts';
import type { Tx } from '#kit/db.ts';

/**
 * Takes over customers, platforms and mailboxes with the terms they were granted elsewhere: nothing is invoiced, and
 * what has expired is due and will be caught up. All rows or none; every bad one is told.
 */
export const importMailboxes: Import = async (file, problems) => {
  const shape = { required: mailboxColumns, optional: ['state'] } as const;
  return takeMailboxes(await readCsv<MailboxColumn>(file, shape, problems), problems);
};

/** The same for rows that have been read. */
export function takeMailboxes(
  rows: readonly CsvRow<MailboxColumn>[],
  problems: Problem[],
): Awaited<ReturnType<Import>> {
  const checked = checkMailboxRows(rows, problems);
  return async (tx, act) => {
    const known = await compareWithDatabase(tx, rows, problems);
    if (problems.length > 0) return explainRepeat(rows.length, problems);
    return register(tx, act, { rows: checked, known });
  };
}

function explainRepeat(rows: number, problems: readonly Problem[]): string {
  const repeated = problems.every((problem) => problem.reason.includes('is registered already'));
  return repeated && problems.length === rows
    ? 'Every mailbox of this file is registered already: it was imported before.'
    : '';
}

type Takeover = { rows: readonly MailboxRow[]; known: Surroundings };

async function register(tx: Tx, act: Act, { rows, known }: Takeover): Promise<string> {
  await lockAccounts(
    tx,
    [...known.customers.values()].map((customer) => customer.customerId),
  );
  const customers = await newCustomers(tx, act, { rows, known });
  const idOf = (code: string) => known.customers.get(code)?.customerId ?? (customers.get(code) as bigint);
  const platforms = await newPlatforms(tx, act, { rows, known, idOf });
  const drafts = rows.map(({ cells, mode, termMode, startsOn, expiresOn }) => ({
    customerId: idOf(cells.customer),
    platformId: platforms.get(platformKey(cells.customer, cells.platform)) as bigint,
    planId: known.plans.get(cells.plan)?.planId as bigint,
    address: cells.mailbox,
    mode,
    termMode,
    anchorOn: startsOn,
    expiresOn,
  }));
  await registerMailboxes(tx, act, drafts);
  const fresh = platforms.size - [...platforms.keys()].filter((key) => known.platforms.has(key)).length;
  const all = counted(rows.length, 'mailbox', 'mailboxes');
  return `Imported ${all}, ${counted(customers.size, 'new customer')} and ${counted(fresh, 'new platform')}.`;
}

async function newCustomers(tx: Tx, act: Act, { rows, known }: Takeover): Promise<Map<string, bigint>> {
  const firstRows = new Map(rows.toReversed().map((row) => [row.cells.customer, row.cells]));
  const drafts = [...firstRows.values()]
    .filter((cells) => !known.customers.has(cells.customer))
    .map(({ customer: code, name, email, country, vat_number: vatNumber, language }) => {
      const currency = known.currencies.get(code) as string;
      return { code, name, email, country, vatNumber, language, currency };
    });
  const ids = await registerCustomers(tx, act, drafts);
  await openAccounts(
    tx,
    drafts.map(({ code, currency }) => ({ customerId: ids.get(code) as bigint, currency })),
  );
  return ids;
}

type PlatformTakeover = Takeover & { idOf: (code: string) => bigint };

async function newPlatforms(tx: Tx, act: Act, { rows, known, idOf }: PlatformTakeover): Promise<Map<string, bigint>> {
  const ids = new Map([...known.platforms].map(([key, platform]) => [key, platform.platformId]));
  const productIds = new Map([...known.plans.values()].map((plan) => [plan.product, plan.productId]));
  const fresh = new Map<string, { customerId: bigint; name: string; productId: bigint }>();
  for (const { cells } of rows) {
    const key = platformKey(cells.customer, cells.platform);
    if (ids.has(key) || fresh.has(key)) continue;
    fresh.set(key, {
      customerId: idOf(cells.customer),
      name: cells.platform,
      productId: productIds.get(cells.product) as bigint,
    });
  }
  const registered = await registerPlatforms(tx, act, [...fresh.values()]);
  [...fresh.keys()].forEach((key, i) => void ids.set(key, registered[i] as bigint));
  return ids;
}
