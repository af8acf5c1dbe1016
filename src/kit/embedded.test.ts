import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '#kit/_embedded-server.ts';
import { bootEmbedded } from '#kit/embedded.ts';

test('a server that is stopped has not failed: nobody looks for a reason in a log that may be gone', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'rinnovo-embedded-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const server = await bootEmbedded(home, 'a secret for tests', { fsync: 'off' });
  const pid = Number.parseInt(readFileSync(join(home, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  rmSync(join(home, 'postgres.log'));
  await server.stop();
  // An exception when it ends would fail this file.
  while (isAlive(pid)) await pause(5);
});
