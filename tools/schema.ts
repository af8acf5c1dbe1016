/**
 * Writes src/kit/schema.ts, the types of every table, from a database that the migrations have just built.
 * `bin/rinnovo-node tools/schema.ts` writes it; with `--verify` it only says whether it is current.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootEmbedded } from '#kit/embedded.ts';
import { migrate } from '#kit/migrate.ts';

const home = mkdtempSync(join(tmpdir(), 'rinnovo-schema-'));
const server = await bootEmbedded(home, 'schema', { fsync: 'off' });
try {
  await migrate(server.url, 'schema');
  const types = {
    int8: 'bigint',
    numeric: 'string',
    date: 'Temporal.PlainDate',
    timestamptz: 'Temporal.Instant',
    bytea: 'Buffer',
  };
  const args = [
    ...['node_modules/kysely-codegen/dist/cli/bin.js', '--dialect=postgres', `--url=${server.url}`],
    ...['--out-file=src/kit/schema.ts', '--default-schema=public', '--exclude-pattern=migrations'],
    `--type-mapping=${JSON.stringify(types)}`,
    `--custom-imports=${JSON.stringify({ Temporal: 'temporal-polyfill' })}`,
    ...process.argv.slice(2),
  ];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
} finally {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
