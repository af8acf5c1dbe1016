import { dayEndingAt, formatDay, formatMoment } from '#kit/formats.ts';
import type { DocumentData, DocumentParty } from './_document.ts';
import { lineHeight, PAGE, type Pen, rule, say, write, writeLines } from './_pdf-pen.ts';

/** Who, to whom, what and when, at the top of the first page; says where the rows may begin. */
export function drawHead(pen: Pen, data: DocumentData): number {
  const { left, right, top } = PAGE;
  write(pen, data.seller.name, { x: left, y: top + 4, size: 13, bold: true });
  write(pen, say(pen, `title.${data.kind}`), { x: right, y: top, size: 19, bold: true, align: 'right' });
  const address = [...addressOf(pen, data.seller), data.seller.email];
  const belowSeller = writeLines(pen, address, { x: left, y: top + 25, size: 8.5, grey: true });
  const y = belowSeller + 22;
  write(pen, say(pen, 'label.customer'), { x: left, y, size: 8, grey: true });
  write(pen, data.buyer.name, { x: left, y: y + 12, size: 10.5, bold: true });
  const belowBuyer = writeLines(pen, addressOf(pen, data.buyer), { x: left, y: y + 28 });
  return Math.max(belowBuyer, drawFacts(pen, data, y)) + 22;
}

/** A line at the top of every page but the first that says what this is a page of; says where the rows may begin. */
export function drawShortHead(pen: Pen, data: DocumentData): number {
  const { left, right, top } = PAGE;
  write(pen, data.seller.name, { x: left, y: top, size: 8.5, grey: true });
  const title = `${say(pen, `title.${data.kind}`)} ${data.number}`;
  write(pen, title, { x: right, y: top, size: 8.5, grey: true, align: 'right' });
  return top + SHORT_HEAD;
}

/** How much of a following page its short head takes. */
export const SHORT_HEAD = 26;

/** The line at the foot of every page: who sells, and which page of how many this is. */
export function drawFoot(pen: Pen, data: DocumentData, count: { page: number; pages: number }): void {
  const y = PAGE.footer;
  const seller = [data.seller.name, say(pen, 'label.vat_number', { number: data.seller.vatNumber }), data.seller.email];
  rule(pen, y - 6);
  write(pen, seller.join(' · '), { x: PAGE.left, y, size: 7.5, grey: true });
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
  return [party.street, [town, party.country].filter(Boolean).join(', '), number].filter(Boolean);
}
