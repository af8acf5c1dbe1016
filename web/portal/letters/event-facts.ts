import type { Api } from '#web/api/types.ts';
import { day } from '#web/ui/format.ts';

export type Event = Api['GET /v1/events']['answer']['items'][number];
export type Data = Readonly<Record<string, unknown>>;

/** The name of the sentence that tells an event; some facts are told differently by what they hold. */
export function sentenceOf({ type, data }: Event): string {
  const told = toldBy[type as keyof typeof toldBy];
  return told === undefined ? type : `${type}.${String((data as Data)[told])}`;
}

const toldBy = { 'people.changed': 'what', 'tokens.changed': 'what', 'mailboxes.suspended': 'reason' } as const;

/** What the sentence may mention, ready to read: how many, how much, which day, which number, which method. */
export function valuesOf({ data, names }: Event, amountOf: (value: number) => string) {
  const facts = (data ?? {}) as Data;
  const sum = first(facts, ['gross', 'amount', 'debt', 'due', 'balance', 'to'], isNumber);
  const on = first(facts, ['expires_on', 'delete_on', 'closes_on', 'valid_from', 'retry_on'], isText);
  return {
    count: manyIn(facts),
    number: first(facts, ['number'], isText) ?? names.invoices.join(', '),
    name: first(facts, ['name'], isText) ?? '',
    reason: first(facts, ['reason', 'note'], isText) ?? '',
    amount: sum === undefined ? '' : amountOf(sum),
    day: on === undefined ? '' : day(on.slice(0, 10)),
    person: names.person ?? '',
    method: [facts['brand'], facts['last_four']].filter((word) => isText(word) && word !== '').join(' •••• '),
    modes: modesIn(facts),
  };
}

/** The mailboxes an event is about, as far as they are told, and how many more there are. */
export function listedIn({ data, names }: Event): { shown: string; rest: number } {
  const facts = (data ?? {}) as Data;
  const gone = Array.isArray(facts['addresses']) ? facts['addresses'].filter(isText).slice(0, 10) : [];
  const shown = gone.length > 0 ? gone : names.mailboxes;
  return { shown: shown.join(', '), rest: shown.length > 0 ? Math.max(0, manyIn(facts) - shown.length) : 0 };
}

function manyIn(facts: Data): number {
  const listed = ['mailbox_ids', 'changes', 'mailboxes', 'invoice_ids', 'addresses'].map((name) => facts[name]);
  const list = listed.find((one) => Array.isArray(one) || isNumber(one));
  if (isNumber(list)) return list;
  return Array.isArray(list) ? list.length : 1;
}

function modesIn({ changes }: Data): string[] {
  if (!Array.isArray(changes)) return [];
  return [...new Set(changes.map((change: Data) => String(change['to'])))];
}

function first<T>(facts: Data, keys: readonly string[], is: (value: unknown) => value is T): T | undefined {
  return keys.map((key) => facts[key]).find(is);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
