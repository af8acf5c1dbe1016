import { counted } from '#cli/_choices.ts';
import type { Problem } from '#cli/_csv.ts';
import type { Import } from '#cli/_import.ts';
import { importBalances } from '#cli/_import-balances.ts';
import { importMailboxes } from '#cli/_import-mailboxes.ts';
import { importPrices } from '#cli/_import-prices.ts';
import type { Command } from '#cli/_main.ts';
import { operatorAct } from '#cli/_moment.ts';
import { transaction } from '#kit/db.ts';
import { UsageError } from '#kit/errors.ts';

const imports: Readonly<Record<string, Import>> = {
  prices: importPrices,
  mailboxes: importMailboxes,
  balances: importBalances,
};

/** Takes a file over, whole or not at all; every bad row is told with its line, its column and the reason (R38). */
export const command: Command = {
  summary: 'Takes over prices, mailboxes or opening balances from a CSV file; all of it, or nothing.',
  usage: ['import prices FILE.csv', 'import mailboxes FILE.csv', 'import balances FILE.csv'],
  positionals: [2, 2],
  async run(context, { positionals: [kind = '', file = ''] }) {
    const read = Object.hasOwn(imports, kind) ? imports[kind] : undefined;
    if (!read) throw new UsageError(`There is no import of ${kind}: use prices, mailboxes or balances.`);
    const problems: Problem[] = [];
    const write = await read(file, problems);
    const { system } = await context.database();
    const sentence = await transaction(system, async (tx) => {
      const done = await write(tx, await operatorAct(tx));
      if (problems.length > 0) throw new NothingImported(done);
      return done;
    }).catch((error) => {
      if (error instanceof NothingImported) return error.message;
      throw error;
    });
    if (problems.length === 0) {
      process.stdout.write(`${sentence}\n`);
      return 0;
    }
    tellProblems(file, problems, sentence);
    return 1;
  },
};

/** Rolls the transaction back; what it says is for the end of the list of problems. */
class NothingImported extends Error {}

function tellProblems(file: string, problems: readonly Problem[], sentence: string): void {
  const lines = problems
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, column, reason }) => `line ${line}, ${column}: ${reason}`);
  const bad = new Set(problems.map((problem) => problem.line)).size;
  const summary = `Nothing was imported from ${file}: ${counted(bad, 'bad row')}.`;
  process.stderr.write(`${[...lines, summary, ...(sentence ? [sentence] : [])].join('\n')}\n`);
}
