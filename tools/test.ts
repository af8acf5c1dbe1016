/**
 * `npm test`: boots one PostgreSQL for all test files, builds the template their databases are copied from, runs the
 * files named (or all) under Node's test runner, and stops the server again.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { prepareBrowser } from '#spec/browser/prepare.ts';
import { bootTestServer } from '#spec/harness.ts';

const all = ['src/**/*.test.ts', 'tools/**/*.test.ts', 'spec/**/*.test.ts'];
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const files = globSync(named.length > 0 ? named : all).sort();
if (files.length === 0) throw new Error(`no test files: ${named.join(', ')}`);
if (files.some((file) => file.includes('browser'))) await prepareBrowser();

const server = await bootTestServer();
try {
  // What hangs is told, and the others go on; a whole storm takes longer and is given its own --test-timeout.
  process.exitCode = await run(['--test', '--test-concurrency=2', '--test-timeout=900000', ...options, ...files]);
} finally {
  await server.stop();
}

function run(args: readonly string[]): Promise<number> {
  const env = { ...process.env, TEST_DATABASE_URL: server.url };
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  process.on('disconnect', () => child.kill('SIGTERM'));
  process.channel?.unref();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
