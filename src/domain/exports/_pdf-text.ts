import { inflateSync } from 'node:zlib';

/** What can be read on each page of a PDF we wrote, in the order it was drawn. For tests. */
export function textOf(pdf: Buffer): string[][] {
  const objects = objectsOf(pdf.toString('latin1'));
  const fontNumbers = [...(pdf.toString('latin1').match(/\/(F\d+) (\d+) 0 R/g) ?? [])].map((found) =>
    found.slice(1).split(' '),
  );
  const fonts = new Map(fontNumbers.map(([name = '', number = '']) => [name, glyphsOf(objects, number)]));
  const contents = [...objects.values()].flatMap((body) => /\/Contents (\d+) 0 R/.exec(body)?.[1] ?? []);
  return contents.map((number) => wordsOf(streamOf(objects.get(number) ?? ''), fonts));
}

type Glyphs = readonly string[];

function objectsOf(source: string): Map<string, string> {
  const found = source.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g);
  return new Map([...found].map(([, number = '', body = '']) => [number, body]));
}

function streamOf(body: string): string {
  const stream = /stream\n([\s\S]*)\nendstream/.exec(body)?.[1] ?? '';
  const bytes = Buffer.from(stream, 'latin1');
  return (body.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1');
}

function glyphsOf(objects: Map<string, string>, number: string): Glyphs {
  const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(number) ?? '')?.[1] ?? '';
  const ranges = [...streamOf(objects.get(map) ?? '').matchAll(/<[0-9a-f]+> <[0-9a-f]+> \[(.*)\]/g)];
  return ranges.flatMap(([, list = '']) => [...list.matchAll(/<([^>]*)>/g)].map(([, codes = '']) => decode(codes)));
}

function decode(codes: string): string {
  const units = codes.split(' ').filter(Boolean);
  return String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16)));
}

function wordsOf(content: string, fonts: Map<string, Glyphs>): string[] {
  let glyphs: Glyphs = [];
  const words: string[] = [];
  for (const [, font, pieces] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*)\] TJ/g)) {
    if (font) glyphs = fonts.get(font) ?? [];
    else words.push(lineOf(pieces ?? '', glyphs));
  }
  return words;
}

function lineOf(pieces: string, glyphs: Glyphs): string {
  const codes = [...pieces.matchAll(/<([0-9a-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
  return codes.map((code) => glyphs[Number.parseInt(code, 16)] ?? '\ufffd').join('');
}
