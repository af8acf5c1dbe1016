import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compileMessage, type Message } from './messages.ts';

/** One language of one module: how it formats (a BCP 47 tag, such as `en-GB`) and its sentences by dotted name. */
export type Language = { code: string; tag: string; messages: ReadonlyMap<string, Message> };

/** The languages of a module, one file `<code>.json` each: a new language is a new file and nothing else. */
export type Languages = ReadonlyMap<string, Language>;

/** Reads and compiles every language file of a folder. Throws on a file that cannot be read or a sentence that does not parse. */
export function loadLanguages(folder: string): Languages {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return new Map(files.sort().map((file) => [path.parse(file).name, loadLanguage(path.join(folder, file))]));
}

/** The language asked for, else its base language (`de-AT` → `de`), else English. */
export function pickLanguage(languages: Languages, wanted: string): Language {
  const found = languages.get(wanted) ?? languages.get(wanted.split('-')[0] ?? '') ?? languages.get('en');
  if (!found) throw new Error('the English language file is missing');
  return found;
}

/** The sentence of that name. A name without a sentence is a bug. */
export function messageOf(language: Language, name: string): Message {
  const message = language.messages.get(name);
  if (!message) throw new Error(`the language file "${language.code}" has no "${name}"`);
  return message;
}

type Tree = { [name: string]: string | Tree };

function loadLanguage(file: string): Language {
  const { tag, ...sentences } = JSON.parse(readFileSync(file, 'utf8')) as Tree;
  if (typeof tag !== 'string') throw new Error(`${path.basename(file)} does not say its tag`);
  const compiled = flatten(sentences).map(([name, source]) => [name, compileMessage(source, tag)] as const);
  return { code: path.parse(file).name, tag, messages: new Map(compiled) };
}

function flatten(tree: Tree, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : flatten(value, `${prefix}${name}.`),
  );
}
