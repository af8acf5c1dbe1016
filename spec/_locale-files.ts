import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compileMessage } from '#kit/messages.ts';

// The language files as the tests see them: sentences by dotted name, what each speaks of, and which plurals it has.

/** The languages of portal, letters and documents. English is the one the others are measured by. */
export const codes = ['en', 'it', 'fr', 'de', 'es', 'pl', 'pt'] as const;

export type Sentences = ReadonlyMap<string, string>;

/** Folders of the server, each with one file per language, in the message format of `#kit/messages.ts`. */
export const serverFolders = globSync('src/**/locales').sort();
/** Namespaces of the portal: one file per language and namespace, in i18next's format. */
export const namespaces = globSync('web/locales/en/*.json')
  .map((file) => path.parse(file).name)
  .sort();

/** One language of a folder of the server. */
export function serverSentences(folder: string, code: string): Sentences {
  const sentences = read(path.join(folder, `${code}.json`));
  return new Map([...sentences].filter(([name]) => name !== 'tag'));
}

/** One language of a namespace of the portal. */
export function portalSentences(namespace: string, code: string): Sentences {
  return read(path.join('web', 'locales', code, `${namespace}.json`));
}

/** The plural forms that whole numbers below a million choose in a language, and `other`, which stands in for all. */
export function pluralsOf(code: string): string[] {
  const rules = new Intl.PluralRules(code);
  const chosen = Array.from({ length: 200 }, (_, count) => rules.select(count));
  return [...new Set([...chosen, 'other'])].sort();
}

/** What a sentence of the portal speaks of: `{{name}}`, with its format if it has one. */
export function placeholdersOf(sentence: string): string[] {
  return [...new Set([...sentence.matchAll(/\{\{\s*(.+?)\s*\}\}/g)].map(([, name = '']) => name))].sort();
}

type Part = { is: string; name?: string; branches?: ReadonlyMap<string, readonly Part[]> };
export type Spoken = { names: string[]; plurals: string[][]; choices: string[] };

/** What a sentence of the server speaks of, the forms of each plural in it, and the answers its choices know. */
export function spokenOf(sentence: string, code: string): Spoken {
  const names = new Set<string>();
  const choices = new Set<string>();
  const plurals: string[][] = [];
  const visit = (part: Part) => {
    if (part.name !== undefined) names.add(part.name);
    const branches = [...(part.branches?.keys() ?? [])];
    if (part.is === 'plural') plurals.push(branches);
    if (part.is === 'select') for (const branch of branches) choices.add(`${part.name}=${branch}`);
    for (const parts of part.branches?.values() ?? []) parts.forEach(visit);
  };
  compileMessage(sentence, code).parts.forEach((part) => {
    visit(part as Part);
  });
  return { names: [...names].sort(), plurals, choices: [...choices].sort() };
}

type Tree = { [name: string]: string | Tree };

function read(file: string): Sentences {
  return new Map(flatten(JSON.parse(readFileSync(file, 'utf8')) as Tree));
}

function flatten(tree: Tree, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : flatten(value, `${prefix}${name}.`),
  );
}
