import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { webFolder } from '#http/web.ts';

const checkout = join(import.meta.dirname, '..', '..');

/**
 * Builds the portal when its sources are not those of the last build: half a minute after a clone or an upgrade, nothing
 * otherwise. The API serves meanwhile. Answers false when it could not be built.
 */
export async function buildWeb(): Promise<boolean> {
  const stamp = stampOfSources();
  const stampFile = join(webFolder, 'built-from.txt');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true;
  const code = await new Promise<number>((resolve) => {
    // What builds the portal is not among what the product runs with: this installs it first.
    const words = ['bin/rinnovo-node', 'node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'error'];
    const child = spawn(process.execPath, words, {
      cwd: checkout,
      stdio: ['ignore', 2, 2],
    });
    child.on('error', () => resolve(1));
    child.on('exit', (exit) => resolve(exit ?? 1));
  });
  if (code !== 0) return false;
  compressFiles();
  writeFileSync(stampFile, stamp);
  return true;
}

// Once, and not at each answer: the files never change.
function compressFiles(): void {
  for (const file of globSync('assets/*.{js,css}', { cwd: webFolder })) {
    const path = join(webFolder, file);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
  }
}

function stampOfSources(): string {
  const hash = createHash('sha256');
  const files = globSync(['web/**/*.{ts,tsx,css,json,html,svg,js}', 'package-lock.json'], { cwd: checkout });
  for (const file of files.sort()) hash.update(file).update(readFileSync(join(checkout, file)));
  return hash.digest('hex');
}
