import { formatDay, formatMoney, formatRate } from '#kit/formats.ts';
import { deadlineOf } from './_pdf-head.ts';
import { fold, lineHeight, PAGE, type Pen, say, write } from './_pdf-pen.ts';
import type { DocumentData } from './document.ts';

/** What stands below the rows, with its height: totals, where the payment stands, how to pay, what the law wants. */
export type Closing = { parts: readonly Part[]; height: number };

type Part =
  | { is: 'total'; label: string; amount: string; bold: boolean }
  | { is: 'fact'; label: string; value: string }
  | { is: 'line'; text: string; bold: boolean }
  | { is: 'gap' };

/** Prepares the closing block of a document. */
export function closingOf(pen: Pen, data: DocumentData): Closing {
  const notes = [data.vatNote, data.kind === 'order' || data.kind === 'receipt' ? say(pen, `note.${data.kind}`) : ''];
  const parts: Part[] = [
    { is: 'gap' },
    ...totals(pen, data),
    { is: 'gap' },
    ...lines(pen, stateOf(pen, data), true),
    ...transfer(pen, data),
    { is: 'gap' },
    ...notes.flatMap((note) => lines(pen, note, false)),
  ];
  return { parts, height: parts.reduce((total, part) => total + heightOf(part), 0) };
}

/** Draws the closing block from `y` on. */
export function drawClosing(pen: Pen, closing: Closing, top: number): void {
  let y = top;
  for (const part of closing.parts) {
    if (part.is === 'total') drawTotal(pen, part, y);
    if (part.is === 'line') write(pen, part.text, { x: PAGE.left, y, bold: part.bold, size: part.bold ? 10 : 8.5 });
    if (part.is === 'fact') {
      write(pen, part.label, { x: PAGE.left, y, grey: true });
      write(pen, part.value, { x: PAGE.left + 110, y });
    }
    y += heightOf(part);
  }
}

const TOTALS_AT = 330;

function drawTotal(pen: Pen, part: Extract<Part, { is: 'total' }>, y: number): void {
  const style = part.bold ? { bold: true, size: 11 } : { grey: true };
  write(pen, part.label, { ...style, x: TOTALS_AT, y });
  write(pen, part.amount, { ...style, x: PAGE.right, y, align: 'right', grey: false });
}

function totals(pen: Pen, data: DocumentData): Part[] {
  const { tag } = pen.language;
  const money = (amount: bigint) => formatMoney({ amount, currency: data.currency }, tag);
  const gross: Part = { is: 'total', label: say(pen, 'label.gross'), amount: money(data.gross), bold: true };
  if (data.vat.length === 0) return [gross];
  const rates = data.vat.map((row): Part => {
    const values = { rate: formatRate(row.rateBasisPoints, tag), net: money(row.net) };
    return { is: 'total', label: say(pen, 'label.vat_of', values), amount: money(row.vat), bold: false };
  });
  return [{ is: 'total', label: say(pen, 'label.net'), amount: money(data.net), bold: false }, ...rates, gross];
}

function stateOf(pen: Pen, data: DocumentData): string {
  const { state } = data;
  const { tag } = pen.language;
  if (state.is === 'open') {
    const due = formatMoney({ amount: state.due, currency: data.currency }, tag);
    return say(pen, 'state.open', { due, deadline: deadlineOf(pen, data) });
  }
  if (state.is === 'closed') return say(pen, 'state.closed', { why: state.why, day: formatDay(state.closedOn, tag) });
  const { paidBy } = state;
  const by = typeof paidBy === 'string' ? paidBy : 'method';
  const method = typeof paidBy === 'string' ? '' : say(pen, `method.${paidBy.kind}`, paidBy);
  return say(pen, 'state.paid', { day: formatDay(state.paidOn, tag), by, method });
}

/** How to pay by bank transfer, while there is something to pay and an account to pay to. */
function transfer(pen: Pen, { state, seller, currency }: DocumentData): Part[] {
  if (state.is !== 'open' || seller.iban === '') return [];
  const iban = seller.iban.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ');
  const facts: [string, string][] = [
    ['IBAN', iban],
    ['BIC', seller.bic],
    [say(pen, 'label.reference'), state.reference],
    [say(pen, 'label.amount'), formatMoney({ amount: state.due, currency }, pen.language.tag)],
  ];
  const shown = facts.filter(([, value]) => value !== '');
  return [
    ...lines(pen, say(pen, 'state.transfer', { seller: seller.name }), false),
    ...shown.map(([label, value]): Part => ({ is: 'fact', label, value })),
  ];
}

function lines(pen: Pen, text: string, bold: boolean): Part[] {
  const style = { width: PAGE.right - PAGE.left, bold, size: bold ? 10 : 8.5 };
  return fold(pen, text, style).map((line): Part => ({ is: 'line', text: line, bold }));
}

function heightOf(part: Part): number {
  if (part.is === 'gap') return 12;
  if (part.is === 'total') return part.bold ? 20 : 15;
  return part.is === 'line' && part.bold ? lineHeight(10) + 4 : lineHeight();
}
