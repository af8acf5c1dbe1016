import { formatCount } from './formats.ts';

/** What a message may speak of: counts stay numbers, so that they choose the plural; all else is written out already. */
export type Values = Readonly<Record<string, string | number>>;

/** A sentence of a language file, compiled once. */
export type Message = { tag: string; parts: readonly Part[] };

/**
 * Compiles a sentence in the small part of ICU's message format we use: `{name}`,
 * `{count, plural, one {# casella} other {# caselle}}` and `{kind, select, card {…} other {…}}`. `<b>` and `</b>`
 * are the only marks; everything else is text. Throws on a sentence that does not parse.
 */
export function compileMessage(source: string, tag: string): Message {
  const reader = { source, at: 0, tag };
  const parts = readParts(reader, null);
  if (reader.at < source.length) throw new SyntaxError(`unexpected } at ${reader.at} in: ${source}`);
  return { tag, parts };
}

/** The sentence as plain text. Throws when a value it speaks of is missing. */
export function messageText(message: Message, values: Values): string {
  return write(message.parts, { tag: message.tag, values, html: false, count: '' });
}

/** The sentence as HTML, with every value escaped. Throws when a value it speaks of is missing. */
export function messageHtml(message: Message, values: Values): string {
  return write(message.parts, { tag: message.tag, values, html: true, count: '' });
}

/** Text made safe inside HTML and inside a quoted attribute; control and text-direction characters become spaces. */
export function escapeHtml(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** Text on one line: control and text-direction characters, which forge headers and disguise addresses, become spaces. */
export function cleanText(text: string): string {
  return text.replace(DISGUISES, ' ');
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const DISGUISES = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

type Part =
  | { is: 'literal'; html: string; text: string }
  | { is: 'value'; name: string }
  | { is: 'count' }
  | { is: 'plural' | 'select'; name: string; branches: ReadonlyMap<string, readonly Part[]> };

type Writing = { tag: string; values: Values; html: boolean; count: string };

function write(parts: readonly Part[], writing: Writing): string {
  let written = '';
  for (const part of parts) {
    if (part.is === 'literal') written += writing.html ? part.html : part.text;
    else if (part.is === 'count') written += writing.count;
    else if (part.is === 'value') written += writeValue(given(part.name, writing), writing);
    else written += writeBranch(part, writing);
  }
  return written;
}

function writeValue(value: string | number, { tag, html }: Writing): string {
  if (typeof value === 'number') return formatCount(value, tag);
  return html ? escapeHtml(value) : cleanText(value);
}

function writeBranch(part: Extract<Part, { name: string; branches: unknown }>, writing: Writing): string {
  const value = given(part.name, writing);
  if (part.is === 'select') return write(branchOf(part.branches, String(value)), writing);
  const count = Number(value);
  const branch = part.branches.get(`=${count}`) ?? branchOf(part.branches, pluralRules(writing.tag).select(count));
  return write(branch, { ...writing, count: formatCount(count, writing.tag) });
}

function branchOf(branches: ReadonlyMap<string, readonly Part[]>, name: string): readonly Part[] {
  return branches.get(name) ?? branches.get('other') ?? [];
}

function given(name: string, { values }: Writing): string | number {
  const value = values[name];
  if (value === undefined) throw new TypeError(`the message speaks of {${name}}, which was not given`);
  return value;
}

const rulesByTag = new Map<string, Intl.PluralRules>();

function pluralRules(tag: string): Intl.PluralRules {
  const known = rulesByTag.get(tag) ?? new Intl.PluralRules(tag);
  rulesByTag.set(tag, known);
  return known;
}

// --- compiling ---

type Reader = { source: string; at: number; tag: string };

/** `counting` is the name of the plural we are in, whose count `#` stands for; null outside. */
function readParts(reader: Reader, counting: string | null): Part[] {
  const parts: Part[] = [];
  while (reader.at < reader.source.length && reader.source[reader.at] !== '}') {
    const next = reader.source[reader.at];
    if (next === '{') parts.push(readPlaceholder(reader, counting));
    else if (next === '#' && counting !== null) parts.push(readCount(reader));
    else parts.push(readLiteral(reader, counting));
  }
  return parts;
}

function readCount(reader: Reader): Part {
  reader.at += 1;
  return { is: 'count' };
}

function readLiteral(reader: Reader, counting: string | null): Part {
  const ends = counting === null ? /[{}]/g : /[{}#]/g;
  ends.lastIndex = reader.at;
  const end = ends.exec(reader.source)?.index ?? reader.source.length;
  const source = reader.source.slice(reader.at, end);
  reader.at = end;
  const marks = source.split(/(<\/?b>)/);
  const html = marks.map((piece) => (/^<\/?b>$/.test(piece) ? piece : escapeHtml(piece))).join('');
  return { is: 'literal', html, text: source.replace(/<\/?b>/g, '') };
}

function readPlaceholder(reader: Reader, counting: string | null): Part {
  const [, name = '', kind] = take(reader, /\{\s*(\w+)\s*(?:,\s*(plural|select)\s*,|\})/y);
  if (kind === undefined) return { is: 'value', name };
  const branches = new Map<string, readonly Part[]>();
  while (!/\s*\}/y.test(reader.source.slice(reader.at)) && reader.at < reader.source.length) {
    const [, branch = ''] = take(reader, /\s*(=?\w+)\s*\{/y);
    branches.set(branch, readParts(reader, kind === 'plural' ? name : counting));
    take(reader, /\}/y);
  }
  take(reader, /\s*\}/y);
  if (!branches.has('other')) throw new SyntaxError(`{${name}} has no "other" in: ${reader.source}`);
  return { is: kind === 'plural' ? 'plural' : 'select', name, branches };
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.source);
  if (!found) throw new SyntaxError(`cannot read the message at ${reader.at}: ${reader.source}`);
  reader.at = pattern.lastIndex;
  return found;
}
