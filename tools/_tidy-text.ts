import { type File, nouns } from './_tidy-imports.ts';

/** Where a file stands and what it is called. */
export function checkPlace({ path, text }: File): string[] {
  const parts = path.split('/');
  const problems: string[] = [];
  const [root, area, noun] = parts;
  if (root === 'src') {
    if (parts.length > 5) problems.push('stands deeper than three folders inside src');
    const areas = ['main.ts', 'cli', 'http', 'worker', 'domain', 'adapters', 'kit'];
    if (area && !areas.includes(area)) problems.push(`${area} is not an area of src (${areas.join(', ')})`);
    if (area === 'domain' && noun && !nouns.includes(noun)) problems.push(`${noun} is not a noun of the house`);
    if (
      parts.at(-1) !== 'README.md' &&
      !/^[_a-z0-9][a-z0-9-]*(\.test)?\.(ts|tsx|json|css|html)$/.test(parts.at(-1) ?? '')
    ) {
      problems.push('file names are kebab-case verbs or nouns');
    }
  }
  if (/(^|\/)index\.tsx?$/.test(path)) problems.push('no index files: import the file that has it');
  if (isCode(path) && /^export\s+(type\s+)?(\*|\{[^}]*\})\s*from\b/m.test(text)) problems.push('no re-exports');
  if (/^src\/domain\/[a-z-]+\/README\.md$/.test(path) && lines(text) > 40)
    problems.push('a module README has at most 40 lines');
  if (isCode(path) && !path.startsWith('web/') && path !== 'src/kit/schema.ts' && lines(text) > 300) {
    problems.push(`has ${lines(text)} lines; 300 are the limit`);
  }
  return problems;
}

/** What a module gives to others tells what it does in a doc sentence; files private to a folder are not given. */
export function checkDocs({ path, text }: File): string[] {
  if (!path.startsWith('src/') || !path.endsWith('.ts') || /\.test\.ts$|\/_[^/]*$/.test(path)) return [];
  const all = text.split('\n');
  return all.flatMap((line, index) => {
    const name = /^export (?:async )?function\*? (\w+)/.exec(line)?.[1];
    if (!name || all[index - 1]?.trimEnd().endsWith('*/')) return [];
    return /^export /.test(all[index - 1] ?? '') ? [] : [`line ${index + 1}: ${name} has no doc sentence`];
  });
}

/** Statements that do not run when the database is spread over machines, and code hidden in the database. */
export function checkSql({ path, text }: File): string[] {
  if (path.startsWith('db/migrations/')) {
    const code = text.replaceAll(/--.*$/gm, '');
    const hidden = /\b(create\s+(or\s+replace\s+)?(constraint\s+)?(trigger|function|procedure|rule)|do\s+\$)/i.exec(
      code,
    );
    return hidden ? [`${hidden[0]}: nothing runs inside the database but statements`] : [];
  }
  if (!path.startsWith('src/') || !path.endsWith('.ts')) return [];
  const problems: string[] = [];
  // One customer may be locked by a select; many only by one update … returning.
  for (const [template] of text.matchAll(/`[^`]*`/g)) {
    if (!/\bfor\s+(no\s+key\s+)?(update|share)\b/i.test(template)) continue;
    if (!/customer_id\s*=\s*\$\{/.test(template)) problems.push('locks rows with a select: use update … returning');
  }
  if (/\.for(NoKey)?(Update|Share)\(/.test(text)) problems.push('locks rows with a select: use update … returning');
  if (/pg_(try_)?advisory_lock/.test(text) && path !== 'src/kit/migrate.ts') {
    problems.push('session advisory locks break behind poolers');
  }
  return problems;
}

// Written in pieces, so that this file does not find itself.
const strangers = [
  new RegExp(`(^|[\\s'"\`(=:])/(${['root', 'home', 'work', 'Users'].join('|')})/`, 'm'),
  new RegExp(`\\b(${['registry', 'npm', 'mirror'].join('|')})\\.[a-z0-9-]+\\.(org|com|net|io|local|internal)\\b`),
];

/** What belongs to the machine a file was written on, not to the product. */
export function checkStrangers({ path, text }: File): string[] {
  if (/\.(png|jpg|ico|pdf|woff2?)$/.test(path)) return [];
  return strangers.flatMap((pattern) => {
    const found = pattern.exec(text);
    return found ? [`names ${found[0].trim()}: no paths of a machine, no registry`] : [];
  });
}

function isCode(path: string): boolean {
  return /\.(ts|tsx|js)$/.test(path);
}

function lines(text: string): number {
  return text.trimEnd().split('\n').length;
}
