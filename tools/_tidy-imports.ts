import { readFileSync } from 'node:fs';

/** One file of the repository, as tidy sees it. */
export type File = { path: string; text: string };

// Who may import whom: only towards lower numbers, never a sibling of the same number.
const rungs: Record<string, number> = {
  kit: 0,
  ...{ events: 0.5 }, // the event log: every module writes it
  ...{ ledger: 1, catalog: 1, customers: 1, identity: 1 },
  ...{ platforms: 2, invoices: 2, payments: 2 },
  ...{ orders: 3, renewals: 3, dunning: 3 },
  ...{ provisioning: 4, letters: 4, exports: 4 },
  ...{ worker: 5, http: 5, cli: 5 },
};

/** The nouns of the business; a folder of src/domain with another name is refused. */
export const nouns = Object.keys(rungs).filter((name) => !['kit', 'worker', 'http', 'cli'].includes(name));

// What an adapter implements is all it may know of the business.
const ports: Record<string, readonly string[]> = {
  payments: ['src/domain/payments/provider.ts', 'src/domain/payments/decline-codes.ts'],
  mail: ['src/domain/letters/mailer.ts'],
  provisioning: ['src/domain/provisioning/platform.ts'],
};

/** The imports of a file that the house does not allow. */
export function checkImports({ path, text }: File): string[] {
  if (!path.endsWith('.ts') && !path.endsWith('.tsx')) return [];
  return importsOf(text).flatMap((specifier) => {
    if (specifier.startsWith('../')) return [`imports ${specifier}: use a subpath such as #kit/db.ts`];
    const target = resolve(path, specifier);
    if (!target) return strangerAtRunTime(path, specifier);
    return [privacy(path, target), ladder(path, target)].filter((problem) => problem !== undefined);
  });
}

function importsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const forms = /(?:^\s*(?:import|export)\b[^;'"`]*?from\s*|^\s*import\s*|\bimport\(\s*)['"]([^'"]+)['"]/gm;
  return [...code.matchAll(forms)].map((match) => match[1] ?? '');
}

function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('./')) return `${folderOf(from)}/${specifier.slice(2)}`;
  if (specifier.startsWith('#spec/')) return specifier.slice(1);
  return specifier.startsWith('#') ? `src/${specifier.slice(1)}` : undefined;
}

const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

// The first start installs no more than this (docs/decisions/0011).
function strangerAtRunTime(from: string, specifier: string): string[] {
  if (!from.startsWith('src/') || from.endsWith('.test.ts') || specifier.startsWith('node:')) return [];
  const [scope = '', name] = specifier.split('/');
  const wanted = scope.startsWith('@') ? `${scope}/${name}` : scope;
  return wanted in dependencies ? [] : [`imports ${wanted}, which is not among what the product runs with`];
}

function privacy(from: string, target: string): string | undefined {
  const name = target.split('/').at(-1) ?? '';
  if (!name.startsWith('_') || folderOf(from) === folderOf(target)) return undefined;
  if (from === 'src/main.ts' && folderOf(target) === 'src/cli') return undefined; // main is the door of the command line
  return `imports ${target}, which is private to its folder`;
}

function ladder(from: string, target: string): string | undefined {
  if (!from.startsWith('src/') || from === 'src/main.ts' || from.endsWith('.test.ts')) return undefined;
  if (target.startsWith('spec/')) return `imports ${target}: the product does not know its specs`;
  const source = moduleOf(from);
  const wanted = moduleOf(target);
  if (source === wanted) return undefined;
  if (source.startsWith('adapters/')) return adapterProblem(source, target);
  if (wanted.startsWith('adapters/')) {
    return rungs[source] === 5 ? undefined : `imports ${target}: only worker, http, cli and main wire adapters`;
  }
  if (source === 'cli' && rungs[wanted] === 5) return undefined; // the command line starts the other two
  const [own, other] = [rungs[source], rungs[wanted]];
  if (own === undefined || other === undefined) return `${source} or ${wanted} is not a module of the house`;
  return other < own ? undefined : `imports ${target}: ${source} stands on rung ${own}, ${wanted} on rung ${other}`;
}

function adapterProblem(source: string, target: string): string | undefined {
  if (target.startsWith('src/kit/') || ports[source.slice('adapters/'.length)]?.includes(target)) return undefined;
  return `imports ${target}: an adapter knows kit and its port only`;
}

/** `src/domain/invoices/issue.ts` → invoices, `src/adapters/mail/smtp.ts` → adapters/mail, `src/kit/db.ts` → kit. */
function moduleOf(path: string): string {
  const [, area = '', noun = ''] = path.split('/');
  if (area === 'domain') return noun;
  return area === 'adapters' ? `adapters/${noun}` : area;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
