import PDFDocument from 'pdfkit';
import { formatMoney } from '#kit/formats.ts';
import type { Language } from '#kit/languages.ts';
import { type Closing, closingOf, drawClosing } from './_pdf-closing.ts';
import { fonts, printable } from './_pdf-fonts.ts';
import { drawFoot, drawHead, drawShortHead, SHORT_HEAD } from './_pdf-head.ts';
import { paginate, type Slice } from './_pdf-paginate.ts';
import { PAGE, type Pen, say } from './_pdf-pen.ts';
import {
  CARRY,
  type Columns,
  columnsOf,
  drawCarry,
  drawHeading,
  drawRow,
  HEADING,
  type Row,
  rowsOf,
} from './_pdf-rows.ts';
import type { DocumentData } from './document.ts';

/** Draws a document in a language that is there. */
export async function drawDocument(data: DocumentData, language: Language): Promise<Buffer> {
  const pen: Pen = { doc: openDocument(data, language), language };
  pen.doc.info.Title = printable(`${say(pen, `title.${data.kind}`)} ${data.number}`);
  const written = collect(pen.doc);
  draw(pen, data);
  pen.doc.end();
  return await written;
}

type Layout = { data: DocumentData; columns: Columns; rows: Row[]; closing: Closing; pages: Slice[] };

function draw(pen: Pen, data: DocumentData): void {
  const columns = columnsOf(data);
  const rows = rowsOf(pen, data, columns);
  const closing = closingOf(pen, data);
  let y = drawHead(pen, data);
  const room = {
    first: PAGE.bottom - y - HEADING,
    following: PAGE.bottom - PAGE.top - SHORT_HEAD - HEADING,
    carry: CARRY,
    closing: closing.height,
  };
  const heights = rows.map((row) => row.height);
  const layout: Layout = { data, columns, rows, closing, pages: paginate(heights, room) };
  let carried = 0n;
  for (const page of layout.pages.keys()) {
    if (page > 0) y = nextPage(pen, data);
    carried = drawPage(pen, layout, { page, y, carried });
  }
}

/** Draws the rows of one page with what surrounds them; says the total of the rows so far. */
function drawPage(pen: Pen, layout: Layout, at: { page: number; y: number; carried: bigint }): bigint {
  const { data, columns, rows, pages } = layout;
  const money = (amount: bigint) => formatMoney({ amount, currency: data.currency }, pen.language.tag);
  const slice = pages[at.page] ?? { from: 0, to: 0 };
  const isLast = at.page === pages.length - 1;
  let { carried } = at;
  let y = drawHeading(pen, columns, at.y);
  if (at.page > 0) y = drawCarry(pen, 'brought_forward', { amount: money(carried), y });
  for (const row of rows.slice(slice.from, slice.to)) {
    y = drawRow(pen, row, { columns, currency: data.currency, y });
    carried += row.line.net;
  }
  if (isLast) drawClosing(pen, layout.closing, y);
  else drawCarry(pen, 'carried_forward', { amount: money(carried), y });
  drawFoot(pen, data, { page: at.page + 1, pages: pages.length });
  return carried;
}

function nextPage(pen: Pen, data: DocumentData): number {
  pen.doc.addPage();
  return drawShortHead(pen, data);
}

function openDocument(data: DocumentData, language: Language): PDFKit.PDFDocument {
  const { year, month, day } = data.issuedOn;
  const issuedAt = new Date(Date.UTC(year, month - 1, day));
  return new PDFDocument({
    size: 'A4',
    margin: 0,
    subset: 'PDF/A-3b',
    pdfVersion: '1.7',
    lang: language.tag,
    displayTitle: true,
    font: fonts.regular as unknown as string,
    info: { Author: printable(data.seller.name), Producer: 'Rinnovo', Creator: 'Rinnovo', CreationDate: issuedAt },
  });
}

function collect(doc: PDFKit.PDFDocument): Promise<Buffer> {
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
}
