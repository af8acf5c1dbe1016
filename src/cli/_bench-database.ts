import pg from 'pg';
import { ensureSeller } from '#cli/_setup.ts';
import { type Database, openDatabase } from '#kit/db.ts';
import { migrate } from '#kit/migrate.ts';

/** The server to measure on: the owner's address, the secret of the roles, and how many connections. */
export type BenchServer = { ownerUrl: string; secret: string; connections: number };

/** Runs `work` on a new, migrated database of its own beside the real one, which is never touched, and drops it again. */
export async function withScratchDatabase<T>(
  server: BenchServer,
  work: (database: Database, analyze: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const name = `rinnovo_bench_${process.pid}`;
  const url = new URL(server.ownerUrl);
  url.pathname = `/${name}`;
  await asOwner(server.ownerUrl, [`drop database if exists ${name} with (force)`, `create database ${name}`]);
  try {
    await migrate(url.href, server.secret);
    const database = await openDatabase(url.href, server.secret, { poolSize: server.connections + 2 });
    try {
      await ensureSeller(database.system);
      // As autovacuum would have done long before such a day.
      const analyze = () => asOwner(url.href, ['vacuum (analyze)', 'checkpoint']);
      return await work(database, analyze);
    } finally {
      await database.close();
    }
  } finally {
    await asOwner(server.ownerUrl, [`drop database if exists ${name} with (force)`]);
  }
}

async function asOwner(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
