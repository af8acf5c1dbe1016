import { resolve } from 'node:path';
import { readBackup, readManifest } from '#cli/_backup.ts';
import type { Command } from '#cli/_main.ts';

/** Reads a backup into a new installation. */
export const command: Command = {
  summary: 'Reads a backup into an installation without customers.',
  usage: ['restore FOLDER'],
  positionals: [1, 1],
  async run(context, { positionals: [folder = ''] }) {
    // Before there is a database: an embedded one is made with the secret and opens with no other.
    const manifest = await readManifest(resolve(folder), context.settings.secret);
    const { ownerUrl } = await context.database();
    const { tables, takenAt } = await readBackup(ownerUrl, resolve(folder), manifest);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    process.stdout.write(
      `Restored ${rows} rows as of ${takenAt}. Nothing is charged or mailed until bin/rinnovo reconcile finds no difference since then.\n`,
    );
  },
};
