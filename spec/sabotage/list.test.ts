import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sabotages } from './list.ts';

test('every sabotage still applies, and names tests that exist', () => {
  for (const { name, file, find, replace, tests } of sabotages) {
    const found = readFileSync(file, 'utf8').split(find).length - 1;
    assert.equal(found, 1, `“${name}”: its text stands ${found} times in ${file}`);
    assert.notEqual(find, replace, name);
    for (const path of tests) assert.ok(existsSync(path), `“${name}” names ${path}`);
  }
  assert.equal(new Set(sabotages.map((sabotage) => sabotage.name)).size, sabotages.length);
});
