/**
 * Adds to package-lock.json the optional packages of other platforms that the registry at hand does not carry.
 * npm leaves them out when it writes the lock, and `npm ci` then refuses the lock as incomplete. The entries carry the
 * platform, so that nobody else fetches them; npm adds the checksum where they are first installed.
 * Run after every change of dependencies: `bin/rinnovo-node tools/complete-lock.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';

type Entry = {
  version: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};
type Lock = { packages: Record<string, Entry> };

const file = 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    const platform = platformOf(name);
    if (lock.packages[key] || !platform) continue;
    lock.packages[key] = { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true };
    added++;
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
console.log(`${added} entries added`);

/** `@oxlint/binding-linux-arm-musleabihf` → linux, arm, musl. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> | undefined {
  const parts = name.split(/[/-]/);
  const os = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].find((word) => parts.includes(word));
  const cpu = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'].find((word) => parts.includes(word));
  if (!os || !cpu) return undefined;
  const libc = parts.some((part) => part.startsWith('musl')) ? ['musl'] : [];
  return { os: [os], cpu: [cpu], ...(libc.length > 0 ? { libc } : {}) };
}
