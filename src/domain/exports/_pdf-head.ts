import { dayEndingAt, formatDay, formatMoment } from '#kit/formats.ts';
import { fold, lineHeight, PAGE, type Pen, rule, say, write, writeLines } from './_pdf-pen.ts';
import type { DocumentData, DocumentParty } from './document.ts';

/** Who, to whom, what and when, at the top of the first page; says where the rows may begin. */
export function drawHead(pen: Pen, data: DocumentData): number {
  const { left, right, top } = PAGE;
  write(pen, say(pen, `title.${data.kind}`), { x: right, y: top, size: 19, bold: true, align: 'right' });
  const seller = fold(pen, data.seller.name, { width: 290, size: 13, bold: true });
  const belowName = writeLines(pen, seller, { x: left, y: top + 4, size: 13, bold: true });
  const address = [...addressOf(pen, data.seller), data.seller.email];
  const belowSeller = writeLines(pen, address, { x: left, y: belowName + 3, size: 8.5, grey: true });
  const y = belowSeller + 22;
  write(pen, say(pen, 'label.customer'), { x: left, y, size: 8, grey: true });
  const buyer = fold(pen, data.buyer.name, { width: NAMES, size: 10.5, bold: true });
  const belowBuyerName = writeLines(pen, buyer, { x: left, y: y + 12, size: 10.5, bold: true });
  const belowBuyer = writeLines(pen, addressOf(pen, data.buyer), { x: left, y: belowBuyerName + 1 });
  return Math.max(belowBuyer, drawFacts(pen, data, y)) + 22;
}

/** A line at the top of every page but the first that says what this is a page of; says where the rows may begin. */
export function drawShortHead(pen: Pen, data: DocumentData): number {
  const { left, right, top } = PAGE;
  const [seller = ''] = fold(pen, data.seller.name, { width: 290, size: 8.5 });
  write(pen, seller, { x: left, y: top, size: 8.5, grey: true });
  const title = `${say(pen, `title.${data.kind}`)} ${data.number}`;
  write(pen, title, { x: right, y: top, size: 8.5, grey: true, align: 'right' });
  return top + SHORT_HEAD;
}

/** How much of a following page its short head takes. */
export const SHORT_HEAD = 26;

/** The line at the foot of every page: who sells, and which page of how many this is. */
export function drawFoot(pen: Pen, data: DocumentData, count: { page: number; pages: number }): void {
  const y = PAGE.footer;
  const { name, vatNumber, email } = data.seller;
  // A new seller has not written everything yet.
  const seller = [name, vatNumber && say(pen, 'label.vat_number', { number: vatNumber }), email].filter(Boolean);
  rule(pen, y - 6);
  const [line = ''] = fold(pen, seller.join(' · '), { width: 410, size: 7.5 });
  write(pen, line, { x: PAGE.left, y, size: 7.5, grey: true });
  write(pen, say(pen, 'label.page', count), { x: PAGE.right, y, size: 7.5, grey: true, align: 'right' });
}

/** A deadline in words; at midnight it is the end of the day before. */
export function deadlineOf(pen: Pen, data: DocumentData): string {
  if (data.state.is !== 'open') return '';
  const { timeZone } = data.seller;
  const { tag } = pen.language;
  const day = dayEndingAt(data.state.deadlineAt, timeZone);
  if (!day) return formatMoment(data.state.deadlineAt, timeZone, tag);
  return say(pen, 'deadline.end_of', { day: formatDay(day, tag) });
}

/** How wide names and addresses may be beside the facts. */
const NAMES = 235;

function drawFacts(pen: Pen, data: DocumentData, top: number): number {
  const { tag } = pen.language;
  const facts = [
    ['number', data.number],
    ['date', formatDay(data.issuedOn, tag)],
    ['customer_code', data.buyer.code],
  ];
  if (data.refersTo) {
    const values = { number: data.refersTo.number, day: formatDay(data.refersTo.issuedOn, tag) };
    facts.push(['refers_to', say(pen, 'label.refers_to_value', values)]);
  }
  if (data.state.is === 'open') facts.push(['pay_by', deadlineOf(pen, data)]);
  facts.forEach(([label, value = ''], at) => {
    const y = top + at * (lineHeight() + 3);
    write(pen, say(pen, `label.${label}`), { x: 300, y, grey: true });
    write(pen, value, { x: PAGE.right, y, align: 'right', bold: label === 'number' });
  });
  return top + facts.length * (lineHeight() + 3);
}

function addressOf(pen: Pen, party: DocumentParty): string[] {
  const town = [party.postalCode, party.city].filter(Boolean).join(' ');
  const number = party.vatNumber && say(pen, 'label.vat_number', { number: party.vatNumber });
  const lines = [party.street, [town, party.country].filter(Boolean).join(', '), number];
  return lines.flatMap((line) => fold(pen, line, { width: NAMES }));
}
