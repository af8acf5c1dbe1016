import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a story writes down what happens, as the page of the guide it becomes. */
export type Notebook = {
  /** A line of the page, under the heading of its day. */
  write(on: { toString(): string }, line: string): void;
  /** The whole page. */
  text(): string;
};

/** A new page with its heading. */
export function openNotebook(heading: string): Notebook {
  const lines = [heading.trim()];
  let last = '';
  const names = new Names();
  return {
    write: (on, line) => {
      if (String(on) !== last) lines.push('', `## ${on}`);
      last = String(on);
      lines.push('', line);
    },
    text: () => `${names.steady(lines.join('\n')).replaceAll(/\n{3,}/g, '\n\n')}\n`,
  };
}

/** A page that nobody reads. */
export const noNotebook: Notebook = { write: () => {}, text: () => '' };

/**
 * Compares a page with the one that is committed; GUIDE=write writes it anew instead. A page that differs is a
 * behaviour that changed: read the difference, then commit it or mend the code.
 */
export function checkPage(path: string, text: string): void {
  if (process.env['GUIDE'] === 'write') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return;
  }
  assert.equal(text, readPage(path), `${path} tells another story: run tools/guide.ts and read the difference`);
}

function readPage(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Ids come from one sequence for everything; what is read is numbered in the order in which it is told. */
class Names {
  #seen = new Map<string, number>();

  steady(text: string): string {
    return text
      .replaceAll(/\/o\/\d+-(\d+)-[\w-]{43}/g, (_, id: string) => `/o/…${this.#number('O', id)}`)
      .replaceAll(/\bO(\d{4})-(\d+)/g, (_, year: string, id: string) => `O${year}-${this.#number('O', id)}`)
      .replaceAll(
        /\b(payment|refund|chargeback|invoice|credit-note|order|platform)-(\d+)/g,
        (_, kind: string, id: string) => {
          return `${kind}-${this.#number(kind, id)}`;
        },
      )
      .replaceAll(/\/(invoices|credit-notes|platforms|orders)\/(\d+)/g, (_, kind: string, id: string) => {
        return `/${kind}/${this.#number(kind, id)}`;
      });
  }

  #number(kind: string, id: string): number {
    const key = `${kind} ${id}`;
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    const next = [...this.#seen.keys()].filter((each) => each.startsWith(`${kind} `)).length + 1;
    this.#seen.set(key, next);
    return next;
  }
}
