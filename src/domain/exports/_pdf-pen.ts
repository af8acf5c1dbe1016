import { type Language, messageOf } from '#kit/languages.ts';
import { messageText, type Values } from '#kit/messages.ts';
import { fonts, printable } from './_pdf-fonts.ts';

/** What draws: a PDF in the making and the language it speaks. */
export type Pen = { doc: PDFKit.PDFDocument; language: Language };

type Style = { size?: number; bold?: boolean };
type Place = Style & { x: number; y: number; grey?: boolean; align?: 'left' | 'right' };

/** A4 in points; everything is drawn between `left` and `right`, and rows end above `bottom`. */
export const PAGE = { left: 48, right: 547, top: 48, bottom: 776, footer: 790 };

const INK = '#1b2430';
const GREY = '#5a6675';
const RULE = '#d5dce4';
const BODY = 9;

/** One line of text, with its top at `y`; aligned right it ends at `x`. */
export function write(pen: Pen, text: string, place: Place): void {
  const words = printable(text);
  if (words === '') return;
  const { doc } = pen;
  use(pen, place);
  const x = place.align === 'right' ? place.x - doc.widthOfString(words) : place.x;
  doc.fillColor(place.grey ? GREY : INK).text(words, x, place.y, { lineBreak: false });
}

/** Lines of text one below the other; says how far below `y` they end. */
export function writeLines(pen: Pen, lines: readonly string[], place: Place): number {
  const height = lineHeight(place.size);
  lines.forEach((line, at) => {
    write(pen, line, { ...place, y: place.y + at * height });
  });
  return place.y + lines.length * height;
}

/** Breaks text into lines no wider than `width`: at spaces, and inside a word only if it is wider by itself. */
export function fold(pen: Pen, text: string, style: Style & { width: number }): string[] {
  const words = printable(text);
  use(pen, style);
  const fits = (piece: string) => pen.doc.widthOfString(piece) <= style.width;
  if (words === '' || fits(words)) return words === '' ? [] : [words];
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = cut(word, fits);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

/** The distance between two lines of that size. */
export function lineHeight(size = BODY): number {
  return Math.ceil(size * 1.35);
}

/** A thin line across the page. */
export function rule(pen: Pen, y: number): void {
  pen.doc.moveTo(PAGE.left, y).lineTo(PAGE.right, y).lineWidth(0.6).strokeColor(RULE).stroke();
}

/** A sentence of the language file. */
export function say(pen: Pen, name: string, values: Values = {}): string {
  return messageText(messageOf(pen.language, name), values);
}

/** By its own name, or pdfkit would open and compare the font at every call. */
function use({ doc }: Pen, { size = BODY, bold = false }: Style): void {
  const font = bold ? fonts.bold : fonts.regular;
  doc.font(font as unknown as string, font.postscriptName, size);
}

/** The longest beginnings that fit, one after the other; halving, because measuring is what costs. */
function cut(word: string, fits: (piece: string) => boolean): string[] {
  if (fits(word)) return [word];
  const characters = [...word];
  let [enough, tooMany] = [1, characters.length];
  while (tooMany - enough > 1) {
    const middle = (enough + tooMany) >> 1;
    if (fits(characters.slice(0, middle).join(''))) enough = middle;
    else tooMany = middle;
  }
  return [characters.slice(0, enough).join(''), ...cut(characters.slice(enough).join(''), fits)];
}
