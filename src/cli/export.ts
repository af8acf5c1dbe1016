import { once } from 'node:events';
import { customerIdOf, listFormatOf } from '#cli/_choices.ts';
import type { Command } from '#cli/_main.ts';
import { exportList, type ListName, listNames } from '#domain/exports/lists.ts';
import { transaction } from '#kit/db.ts';
import { UsageError } from '#kit/errors.ts';

/** Writes a list to the standard output, however long, as it stood at one instant (R36). */
export const command: Command = {
  summary: 'Writes a list as CSV or JSON lines, always in the same order.',
  usage: [`export ${listNames.join('|')} [--customer C] --format csv|jsonl`],
  options: {
    customer: { describe: 'only the rows of the customer with this code', value: 'C' },
    format: {
      describe: 'csv (amounts such as 2.99) or jsonl (amounts in minor units)',
      value: 'csv|jsonl',
      required: true,
    },
  },
  positionals: [1, 1],
  async run(context, args) {
    const [name = ''] = args.positionals;
    if (!isListName(name)) throw new UsageError(`There is no list of ${name}: use ${listNames.join(', ')}.`);
    const format = listFormatOf(args.text('format'));
    const { system } = await context.database();
    await transaction(system, async (tx) => {
      const customerId = await customerIdOf(tx, args.text('customer'));
      await write(exportList(tx, name, { format, customerId }));
    });
  },
};

function isListName(name: string): name is ListName {
  return (listNames as readonly string[]).includes(name);
}

/** Waits whenever the reader is slower than we are, so that a long list never piles up in memory. */
async function write(pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
}
