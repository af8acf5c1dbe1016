import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('the types of the tables are those of the migrated database', () => {
  const { status, stdout } = spawnSync(process.execPath, ['tools/schema.ts', '--verify'], { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}\nrun: bin/rinnovo-node tools/schema.ts`);
});
