/**
 * Shows that the suite notices: applies each change of spec/sabotage to a copy of the checkout, one after the other, and
 * runs the tests that must fail then. First the same tests without any change, which must pass. Prints a table.
 * `bin/rinnovo-node tools/sabotage.ts [part of a name]`
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootTestServer } from '#spec/harness.ts';
import { type Sabotage, sabotages } from '#spec/sabotage/list.ts';

const wanted = process.argv[2] ?? '';
const chosen = sabotages.filter((sabotage) => sabotage.name.includes(wanted));
const copy = mkdtempSync(join(tmpdir(), 'rinnovo-sabotage-'));
const server = await bootTestServer();
try {
  for (const path of ['bin', 'db', 'docs', 'spec', 'src', 'tools', 'package.json', 'tsconfig.json']) {
    cpSync(path, join(copy, path), { recursive: true });
  }
  for (const path of ['node_modules', '.rinnovo']) symlinkSync(join(process.cwd(), path), join(copy, path));
  const sound = runTests([...new Set(chosen.flatMap((sabotage) => sabotage.tests))]);
  if (sound.failed) throw new Error(`the tests fail without any sabotage:\n${sound.names.join('\n')}`);
  console.log(`${chosen.length} sabotages; without them the tests pass in ${sound.seconds} s\n`);
  let unnoticed = 0;
  for (const sabotage of chosen) if (!tell(sabotage, runWith(sabotage))) unnoticed++;
  console.log(`\n${chosen.length - unnoticed} of ${chosen.length} noticed`);
  process.exitCode = unnoticed === 0 && chosen.length > 0 ? 0 : 1;
} finally {
  await server.stop();
  rmSync(copy, { recursive: true, force: true });
}

type Ran = { failed: boolean; names: string[]; seconds: string };

function runWith({ file, find, replace, tests }: Sabotage): Ran {
  const path = join(copy, file);
  const sound = readFileSync(path, 'utf8');
  if (!sound.includes(find)) throw new Error(`${file} has changed: ${find}`);
  writeFileSync(
    path,
    sound.replace(find, () => replace),
  );
  try {
    // What changes the schema needs a server whose databases are made by it.
    return runTests(tests, file.startsWith('db/') ? ['tools/test.ts'] : ['--test']);
  } finally {
    writeFileSync(path, sound);
  }
}

function runTests(tests: readonly string[], runner = ['--test']): Ran {
  const from = performance.now();
  const env = { ...process.env, TEST_DATABASE_URL: server.url };
  const args = [...runner, '--test-reporter=tap', '--test-concurrency=2', '--test-timeout=300000', ...tests];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: copy, env, encoding: 'utf8', timeout: 900_000 });
  const names = [...stdout.matchAll(/^not ok \d+ - (.*)$/gm)].map((match) => match[1] ?? '');
  return { failed: status !== 0, names, seconds: ((performance.now() - from) / 1000).toFixed(0) };
}

function tell({ name, incident }: Sabotage, { failed, names, seconds }: Ran): boolean {
  console.log(`${failed ? '✔' : '✖ NOT NOTICED'} ${name}: ${incident}`);
  if (failed) console.log(`    ${names[0] ?? 'it did not run to its end'} (${seconds} s)`);
  return failed;
}
