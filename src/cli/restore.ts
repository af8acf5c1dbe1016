import { resolve } from 'node:path';
import { readBackup } from '#cli/_backup.ts';
import type { Command } from '#cli/_main.ts';

/** Reads a backup into a new installation. */
export const command: Command = {
  summary: 'Reads a backup into an installation without customers.',
  usage: ['restore FOLDER'],
  positionals: [1, 1],
  async run(context, { positionals: [folder = ''] }) {
    const { ownerUrl } = await context.database();
    const { tables, takenAt } = await readBackup(ownerUrl, resolve(folder));
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    process.stdout.write(
      `Restored ${rows} rows as of ${takenAt}. Nothing is charged or mailed until bin/rinnovo reconcile finds no difference since then.\n`,
    );
  },
};
