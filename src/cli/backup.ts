import { resolve } from 'node:path';
import { writeBackup } from '#cli/_backup.ts';
import type { Command } from '#cli/_main.ts';

/** Writes a backup while everything runs. */
export const command: Command = {
  summary: 'Writes everything, as it stands at one instant, into a new folder.',
  usage: ['backup FOLDER'],
  positionals: [1, 1],
  async run(context, { positionals: [folder = ''] }) {
    const { url, ownerUrl } = await context.database();
    const { tables, takenAt } = await writeBackup(
      { systemUrl: url.system, ownerUrl, secret: context.settings.secret },
      resolve(folder),
    );
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    process.stdout.write(
      `Wrote ${rows} rows of ${tables.length} tables, as of ${takenAt}. Keep a copy of this installation's secret too, in another place: nothing is restored without it.\n`,
    );
  },
};
