import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type TestDatabase, testSecret } from '#spec/harness.ts';

/** What a command printed and how it ended. */
export type Ended = { code: number | null; out: string; err: string };

/** A command line on a database of its own: `await rinnovo('export', 'mailboxes', '--format', 'csv')`. */
export type CommandLine = {
  rinnovo(...words: string[]): Promise<Ended>;
  /** Starts Rinnovo, stops it as soon as it has told all it has to tell, and answers that. */
  startAndStop(): Promise<Ended>;
  /** Writes a file for a command to read, and answers its path. */
  file(name: string, text: string | Uint8Array): string;
};

/** Makes the command line of a test file; its files go away with `owner`. */
export function commandLine(
  database: TestDatabase,
  owner: { after(done: () => void): void },
  settings: Record<string, string> = {},
): CommandLine {
  const home = mkdtempSync(join(tmpdir(), 'rinnovo-cli-'));
  owner.after(() => rmSync(home, { recursive: true, force: true }));
  const own = { RINNOVO_HOME: home, RINNOVO_DEMO: '0', RINNOVO_SECRET: testSecret, DATABASE_URL: database.ownerUrl };
  const env = { PATH: process.env['PATH'], RINNOVO_LOG_LEVEL: 'silent', ...own, ...settings };
  return {
    rinnovo: (...words) => finish(launch(words, env)),
    startAndStop: () => {
      const child = launch(['start'], { ...env, RINNOVO_PORT: '0' });
      child.stdout.on('data', (text: Buffer) => {
        if (String(text).includes('is ready at')) child.kill('SIGTERM');
      });
      return finish(child);
    },
    file: (name, text) => {
      const path = join(home, name);
      writeFileSync(path, text);
      return path;
    },
  };
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function launch(words: readonly string[], env: Record<string, string | undefined>): Child {
  return spawn(process.execPath, ['src/main.ts', ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function finish(child: Child): Promise<Ended> {
  const ended: Ended = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    ended.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    ended.err += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}
