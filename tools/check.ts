/** `npm run check`: format, lint, types, dead code, tidy; all of them run, the first failure decides the exit code. */
import { spawn } from 'node:child_process';

const checks: readonly (readonly [name: string, ...words: string[]])[] = [
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '.'],
  ['lint with types', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '.'],
  ['types', 'node_modules/typescript/bin/tsc', '--noEmit'],
  ['types of the web', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'web'],
  ['types of the API in the web', 'tools/api-types.ts', '--verify'],
  ['dead code', 'node_modules/knip/bin/knip.js', '--no-progress'],
  ['tidy', 'tools/tidy.ts'],
];

for (const [name, ...words] of checks) {
  const from = Date.now();
  const code = await run(words);
  console.log(`${code === 0 ? '✔' : '✖'} ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
  if (code !== 0) process.exitCode ||= code;
}

function run(words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
