/** One bad input: where it stands (`lines[0].amount`) and the rule it breaks, in words for a person (R38). */
export type Field = { name: string; rule: string };

type Details = { detail?: string; fields?: readonly Field[] };

/** What a module may refuse: `{ order_expired: [409, 'This order has expired.'] }`. */
export type RefusalTable = Readonly<Record<string, readonly [status: number, sentence: string]>>;

/** The business says no: nothing was changed, and the caller is told why. Rendered once, as problem+json or as one line. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly fields: readonly Field[];

  constructor(code: string, [status, sentence]: readonly [number, string], details: Details = {}) {
    super(details.detail ?? sentence);
    this.code = code;
    this.status = status;
    this.title = sentence;
    this.fields = details.fields ?? [];
  }
}

/**
 * Makes a module's refusals from its table, so that a code that is not in the table does not compile:
 * `const refuse = refusals({ order_expired: [409, 'This order has expired.'] }); throw refuse('order_expired');`
 */
export function refusals<const Table extends RefusalTable>(
  table: Table,
): (code: keyof Table & string, details?: Details) => Refusal {
  return (code, details) => {
    const entry = table[code];
    if (!entry) throw new Error(`refusal ${code} is not in its table`);
    return new Refusal(code, entry, details);
  };
}

/** The command line was used wrongly: one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The program cannot start or go on where it runs (port taken, database unreachable): one sentence, exit code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
