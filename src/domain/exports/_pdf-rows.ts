import { formatMoney, formatRate, formatShortDay } from '#kit/formats.ts';
import { fold, lineHeight, PAGE, type Pen, rule, say, write, writeLines } from './_pdf-pen.ts';
import type { DocumentData, DocumentLine } from './document.ts';

/** A line of the document, folded to its column, with the height it takes. */
export type Row = { line: DocumentLine; description: string[]; detail: string[]; height: number };

/** Where the columns stand: a column nobody needs leaves its room to the description. */
export type Columns = { termAt: number | null; rateAt: number | null; width: number };

const SMALL = 7.5;
const AMOUNT_WIDTH = 85;

/** The columns this document needs. */
export function columnsOf(data: DocumentData): Columns {
  const rateAt = data.lines.some((line) => line.rateBasisPoints !== null) ? PAGE.right - AMOUNT_WIDTH : null;
  const edge = rateAt === null ? PAGE.right - AMOUNT_WIDTH : rateAt - 40;
  const termAt = data.lines.some((line) => line.term !== null) ? edge - 118 : null;
  return { termAt, rateAt, width: (termAt ?? edge) - PAGE.left - 12 };
}

/** Folds every line of the document into its column. */
export function rowsOf(pen: Pen, data: DocumentData, columns: Columns): Row[] {
  return data.lines.map((line) => {
    const description = fold(pen, line.description, { width: columns.width });
    const detail = fold(pen, line.detail, { width: columns.width, size: SMALL });
    const height = description.length * lineHeight() + detail.length * lineHeight(SMALL) + 9;
    return { line, description, detail, height };
  });
}

/** How tall the heading of the columns is, and a line that carries a total. */
export const HEADING = 20;
export const CARRY = 18;

/** The heading of the columns, repeated on every page; says where the rows begin. */
export function drawHeading(pen: Pen, columns: Columns, y: number): number {
  const style = { y, size: 8, grey: true } as const;
  write(pen, say(pen, 'label.description'), { ...style, x: PAGE.left });
  if (columns.termAt !== null) write(pen, say(pen, 'label.term'), { ...style, x: columns.termAt });
  if (columns.rateAt !== null) write(pen, say(pen, 'label.vat_rate'), { ...style, x: columns.rateAt, align: 'right' });
  write(pen, say(pen, 'label.net_amount'), { ...style, x: PAGE.right, align: 'right' });
  rule(pen, y + HEADING - 6);
  return y + HEADING;
}

/** Draws one row; says where the next begins. */
export function drawRow(pen: Pen, row: Row, place: { columns: Columns; currency: string; y: number }): number {
  const { columns, currency, y } = place;
  const { tag } = pen.language;
  const { term, rateBasisPoints, net } = row.line;
  const below = writeLines(pen, row.description, { x: PAGE.left, y });
  writeLines(pen, row.detail, { x: PAGE.left, y: below, size: SMALL, grey: true });
  if (columns.termAt !== null && term) {
    const days = [term.startsOn, term.endsOn.subtract({ days: 1 })].map((day) => formatShortDay(day, tag));
    write(pen, days.join(' – '), { x: columns.termAt, y });
  }
  if (columns.rateAt !== null && rateBasisPoints !== null) {
    write(pen, formatRate(rateBasisPoints, tag), { x: columns.rateAt, y, align: 'right' });
  }
  write(pen, formatMoney({ amount: net, currency }, tag), { x: PAGE.right, y, align: 'right' });
  rule(pen, y + row.height - 5);
  return y + row.height;
}

/** The total so far, at the foot of a page and again at the top of the next; says where the rows begin. */
export function drawCarry(
  pen: Pen,
  name: 'brought_forward' | 'carried_forward',
  place: { amount: string; y: number },
): number {
  write(pen, say(pen, `label.${name}`), { x: PAGE.left, y: place.y, grey: true });
  write(pen, place.amount, { x: PAGE.right, y: place.y, align: 'right', grey: true });
  return place.y + CARRY;
}
