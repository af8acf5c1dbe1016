import { globSync, readFileSync } from 'node:fs';

// What the portal's code asks the language files for, read from its text: no compiler, a small scanner.

/** A use of a sentence: `namespace:name`, with `*` where the code fills something in. */
export type Use = { file: string; asked: string };

const files = globSync('web/**/*.{ts,tsx}', { exclude: (name) => name === 'dist' || name === 'types.ts' })
  .sort()
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** Every sentence asked for by `t('…')` and its like, wherever `t` came from, and by `'namespace:…'` anywhere. */
export function usesOf(namespaces: readonly string[]): Use[] {
  return files.flatMap(({ file, text }) => {
    const asked = callsIn(text).flatMap(({ namespace, argument }) =>
      literalsOf(argument).map((name) => (name.includes(':') ? name : `${namespace}:${name}`)),
    );
    const named = literalsOf(text).filter(
      (one) => namespaces.includes(one.split(':')[0] ?? '') && /:(?!read$|terminate$)/.test(one),
    );
    return [...new Set([...asked, ...named])].map((one) => ({ file, asked: one }));
  });
}

/** Calls of a translator whose sentence is not written where it is called, such as `t(key)`. */
export function unreadableCalls(): string[] {
  return files.flatMap(({ file, text }) =>
    callsIn(text)
      .filter(({ argument }) => literalsOf(argument).length === 0)
      .map(({ argument }) => `${file}: ${argument.trim()}`),
  );
}

/** Text that would be read on a screen without standing in a language file. */
export function bareTexts(): string[] {
  return files
    .filter(({ file }) => file.endsWith('.tsx'))
    .flatMap(({ file, text }) => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      const between = [...code.matchAll(BETWEEN_TAGS)].map(([, words = '']) => words);
      const spoken = between.filter((words) => !CODE.test(words));
      const attributes = [...code.matchAll(ATTRIBUTE)].map(([, words = '']) => words);
      return [...spoken, ...attributes].map((words) => `${file}: ${words.trim()}`);
    });
}

const BETWEEN_TAGS = /(?<!=)[>}]([^<>{}]*\p{L}{2}[^<>{}]*)(?=[<{])/gu;
/** What stands between brackets in code and hardly ever in a sentence of a screen. */
const CODE = /[;=()[\]|&'"`]|^\s*[,:.?]|^\s*(?:async|const|function)\b|^\s*[a-z]+-[a-z]+\s*$/;
const ATTRIBUTE = /\s(?:aria-label|title|label|placeholder|alt|description)=\{?["']([^"']*\p{L}{2}[^"']*)["']/gu;

type Call = { namespace: string; argument: string };

/** Calls of translators with the source of their first argument. The nearest binding above says the namespace. */
function callsIn(text: string): Call[] {
  const bindings = [...text.matchAll(BINDING)].flatMap(({ index, groups = {} }) => {
    const names = (groups['names'] ?? '').matchAll(/\bt\b(?:\s*:\s*(\w+))?/g);
    const namespace = groups['hook'] ?? groups['type'] ?? 'common';
    return groups['names'] === undefined
      ? [{ at: index, name: 't', namespace }]
      : [...names].map(([, name = 't']) => ({ at: index, name, namespace }));
  });
  return [...text.matchAll(/(?<![\w.])(\w+|i18n(?:ext)?\.(?:t|exists))\(/g)].flatMap(
    ({ index, 0: opening, 1: name }) => {
      const known = bindings.findLast((binding) => binding.name === name && binding.at < index);
      const isGlobal = /^i18n(ext)?\./.test(name ?? '');
      if (!known && !isGlobal) return [];
      return [{ namespace: known?.namespace ?? 'common', argument: argumentAt(text, index + opening.length) }];
    },
  );
}

const BINDING =
  /const \{(?<names>[^}]*)\} = useTranslation\((?:'(?<hook>[\w-]+)')?\)|\bt: TFunction(?:<'(?<type>[\w-]+)'>)?/g;

/** The source from here to the comma or bracket that ends the argument. */
function argumentAt(text: string, start: number): string {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/['"`]/.test(character)) at = stringEnd(text, at);
    else if (/[([{]/.test(character)) depth += 1;
    else if (/[)\]}]/.test(character)) depth -= 1;
    if (depth < 0 || (depth === 0 && character === ',')) break;
    at += 1;
  }
  return text.slice(start, at);
}

/** Where the string or template that begins here has its closing quote. */
function stringEnd(text: string, start: number): number {
  const quote = text[start];
  let at = start + 1;
  while (at < text.length && text[at] !== quote) {
    if (text[at] === '\\') at += 1;
    else if (quote === '`' && text.startsWith('${', at)) at += argumentAt(text, at + 2).length + 2;
    else if (quote !== '`' && text[at] === '\n') return at;
    at += 1;
  }
  return at;
}

/** Strings that are values of this source, not what something is compared with; `*` for what templates fill in. */
function literalsOf(source: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < source.length; at += 1) {
    if (!/['"`]/.test(source[at] ?? '')) continue;
    const end = stringEnd(source, at);
    const isCompared = /[=!]==\s*$/.test(source.slice(0, at)) || /^\s*[=!]==/.test(source.slice(end + 1));
    const isArgument = /[\w)]\(\s*$/.test(source.slice(0, at)) || /\[\s*$/.test(source.slice(0, at));
    if (!isCompared && !(isArgument && source[at] !== '`')) found.push(...filled(source.slice(at + 1, end)));
    at = end;
  }
  return found;
}

/** A template: `*` for what it fills in, both where it chooses between two strings. */
function filled(template: string): string[] {
  let texts = [''];
  for (let at = 0; at < template.length; at += 1) {
    const hole = template.startsWith('${', at) ? argumentAt(template, at + 2) : null;
    const [, one, other] = /^[^?]*\?\s*'([\w.]+)'\s*:\s*'([\w.]+)'\s*$/.exec(hole ?? '') ?? [];
    const pieces = hole === null ? [template[at] ?? ''] : one && other ? [one, other] : ['*'];
    texts = texts.flatMap((text) => pieces.map((piece) => text + piece));
    at += hole === null ? 0 : hole.length + 2;
  }
  return texts;
}
