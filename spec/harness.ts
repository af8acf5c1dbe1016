import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Database, openDatabase } from '#kit/db.ts';
import { bootEmbedded, type Embedded } from '#kit/embedded.ts';
import { migrate } from '#kit/migrate.ts';

/** The secret of every test database. */
export const testSecret = 'a secret for tests';

/** A database of its own for a test file, and its owner's address (to start commands and servers on it). */
export type TestDatabase = Database & { ownerUrl: string };

const template = 'rinnovo_template';
let count = 0;

/**
 * An empty, migrated database, dropped when `owner` is done: give the context of a test, or `{ after }` of node:test for
 * one database per file. Uses the server that tools/test.ts booted; a file run alone boots its own.
 */
export async function freshDatabase(owner: { after(done: () => Promise<void>): void }): Promise<TestDatabase> {
  const server = await testServer();
  const name = `test_${process.pid}_${++count}`;
  await onServer(server.url, `create database ${name} template ${template}`);
  const ownerUrl = withDatabase(server.url, name);
  const database = await openDatabase(ownerUrl, testSecret);
  owner.after(async () => {
    await database.close();
    await onServer(server.url, `drop database ${name} with (force)`);
    await server.leave();
  });
  return { ...database, ownerUrl };
}

/** Boots a server for tests in a directory that goes with it, with the migrated database all others are copied from. */
export async function bootTestServer(): Promise<Embedded> {
  const home = mkdtempSync(join(tmpdir(), 'rinnovo-test-'));
  // The disk's answer is not awaited: it proves nothing here, since no test cuts the power.
  const server = await bootEmbedded(home, testSecret, { fsync: 'off', max_connections: '200', max_wal_size: '1GB' });
  await onServer(server.url, `create database ${template}`);
  await migrate(withDatabase(server.url, template), testSecret);
  const stop = async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { url: server.url, stop, leave: stop };
}

type Server = { url: string; leave(): Promise<void> };

let own: Promise<Embedded> | undefined;
let users = 0;

async function testServer(): Promise<Server> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url) return { url, leave: async () => {} };
  users++;
  own ??= bootTestServer();
  const server = await own;
  const leave = async () => {
    if (--users > 0) return;
    own = undefined;
    await server.stop();
  };
  return { url: server.url, leave };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
