import type { Values } from '#kit/messages.ts';
import type { Voice } from './_voice.ts';
import type { DebtFacts, LetterData, LetterKind, LetterSeller, Listed } from './types.ts';

/** The colour of the line above a letter: nothing to do, good news, something to do, something was lost. */
export type Tone = 'calm' | 'good' | 'warning' | 'grave';

/** One row of a list: what it is, where or when in smaller type, and an amount or nothing. */
export type Row = { main: string; detail: string; amount: string };
/** A way to get something done: three sentences `<say>.title`, `.text`, `.button` and where the button leads. */
export type Way = { say: string; url: string };

/** What a letter is made of, before it is HTML or text. `say` names a sentence of the language file. */
export type Block =
  | { is: 'text'; say: string }
  | { is: 'note'; say: string }
  | { is: 'button'; say: string; url: string }
  | { is: 'facts'; facts: readonly Fact[] }
  | { is: 'ways'; ways: readonly Way[] }
  | { is: 'list'; say: string; rows: readonly Row[]; more: { count: number; url: string } | null };

/** A line of a small table: the sentence that labels it and what stands there. */
export type Fact = { say: string; value: string };

/** A letter in no particular form; `<kind>.subject` and `<kind>.title` are its subject and heading. All sentences share `values`. */
export type Draft = { tone: Tone; values: Values; blocks: readonly Block[] };

/** Writes letters of one kind. */
export type Writer<Kind extends LetterKind> = (data: LetterData[Kind], voice: Voice) => Draft;

export const text = (say: string): Block => ({ is: 'text', say });
export const note = (say: string): Block => ({ is: 'note', say });
export const button = (say: string, url: string): Block => ({ is: 'button', say, url });
export const facts = (...rows: [say: string, value: string][]): Block => {
  return { is: 'facts', facts: rows.map(([say, value]) => ({ say, value })) };
};
/** The block, or nothing when it does not apply. */
export const when = (applies: boolean, ...blocks: Block[]): Block[] => (applies ? blocks : []);

/** More mailboxes than this are a count and a link, in every letter. */
const LONGEST_LIST = 50;

/** A list of rows; above 50 its count and the link to the whole. */
export function list<Item>(say: string, items: Listed<Item>, row: (item: Item) => Row): Block {
  const isLong = items.count > LONGEST_LIST;
  const more = isLong || items.rows.length < items.count ? { count: items.count, url: items.url } : null;
  return { is: 'list', say, rows: isLong ? [] : items.rows.map(row), more };
}

/** What the sentences about a debt speak of (R24, R25). */
export function debtValues(data: DebtFacts & { seller: LetterSeller }, voice: Voice): Values {
  return {
    debt: voice.money(data.debt, data.currency),
    deadline: voice.deadline(data.deadlineAt),
    invoices: voice.series(data.invoices.map((invoice) => invoice.number)),
    invoiceCount: data.invoices.length,
    mailboxes: data.mailboxes,
    order: data.settlement.number,
    iban: data.seller.iban || 'none',
  };
}

/** The three ways out of a debt (R24): a payment method we collect from, the settlement order's link, a top-up. */
export function threeWays(data: DebtFacts, method: 'way.method' | 'way.other_method' = 'way.method'): Block {
  const ways = [
    { say: method, url: data.methodUrl },
    { say: 'way.order', url: data.settlement.link },
    { say: 'way.top_up', url: data.topUpUrl },
  ];
  return { is: 'ways', ways };
}

/** What each unpaid invoice is short of. */
export function owedInvoices(data: DebtFacts & { portalUrl: string }, voice: Voice): Block {
  const items = { count: data.invoices.length, rows: data.invoices, url: data.portalUrl };
  return list('list.owed', items, (invoice) => ({
    main: voice.word('label.invoice_number', { number: invoice.number }),
    detail: voice.shortDay(invoice.issuedOn),
    amount: voice.money(invoice.due, data.currency),
  }));
}

/** A mailbox without more to say than where it lives. */
export function mailboxRow(mailbox: { address: string; platform: string }): Row {
  return { main: mailbox.address, detail: mailbox.platform, amount: '' };
}
