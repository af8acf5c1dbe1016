import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatMoney } from '#kit/formats.ts';
import { type Language, loadLanguages } from '#kit/languages.ts';
import type { Message } from '#kit/messages.ts';
import { documents, invoice, mailboxLines } from './_document-samples.ts';
import { drawDocument } from './_pdf-draw.ts';
import { paginate } from './_pdf-paginate.ts';
import { textOf } from './_pdf-text.ts';
import type { DocumentData } from './document.ts';
import { writeDocument } from './pdf.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

/** Everything that stands on the pages of a document. */
async function read(data: DocumentData, language = 'it'): Promise<string[][]> {
  return textOf(await writeDocument(data, language)).map((page) => page.map(plain));
}

test('an invoice says who, to whom, what, how much, by when and how, with the accents of Europe', async () => {
  const [page = []] = await read(invoice);
  for (const words of [
    'Fattura',
    '2027/000123',
    'Posta Serena S.r.l.',
    'Zażółć Gęślą Jaźń Spółka z o.o.',
    '00-050 Łódź, PL',
    'Partita IVA PL5260250995',
    'casella4@officine.example',
    '01/03/2027 – 31/03/2027',
    '3,03 €',
    'IVA 0% su 15,05 €',
    'Da pagare: 15,05 € entro la fine di lunedì 8 marzo 2027',
    'IT60 X054 2811 1010 0000 0123 456',
    'Inversione contabile, art. 7-ter DPR 633/72 – Reverse charge – Article 196 Directive 2006/112/EC',
    'Pagina 1 di 1',
  ]) {
    assert.ok(page.includes(words), `${words} is not on the page: ${page.join(' | ')}`);
  }
});

test('what a new seller has not written yet is left out', async () => {
  const seller = { ...invoice.seller, vatNumber: '', email: '', iban: '', bic: '' };
  const [page = []] = await read({ ...invoice, seller });
  assert.ok(page.includes('Posta Serena S.r.l.'));
  assert.deepEqual(
    page.filter((words) => /Partita IVA (?!PL)|Partita IVA$|IBAN|BIC|·$/.test(words)),
    [],
  );
});

test('the VAT is shown per rate', async () => {
  const [page = []] = await read(documents[1] ?? invoice);
  assert.ok(page.includes('IVA 22% su 9,00 €') && page.includes('1,98 €'));
  assert.ok(page.includes('IVA 4% su 5,99 €') && page.includes('0,24 €'));
  assert.ok(page.includes('17,21 €'));
});

test('only an open document says where to pay', async () => {
  for (const data of documents) {
    const text = (await read(data)).flat().join('\n');
    assert.equal(text.includes('IBAN'), data.state.is === 'open', `${data.kind} ${data.state.is}`);
  }
});

test('an order and a receipt say that they are not tax documents and show no VAT', async () => {
  for (const data of documents) {
    const [page = []] = await read(data, 'en');
    const isTax = data.kind === 'invoice' || data.kind === 'credit_note';
    assert.equal(
      page.some((words) => words.includes('not a tax document')),
      !isTax,
      data.kind,
    );
    assert.equal(page.includes('VAT'), isTax, data.kind);
  }
});

test('a long invoice has every line once, and carries the total from page to page', async () => {
  const lines = mailboxLines(200);
  const pages = await read({ ...invoice, lines });
  assert.ok(pages.length > 5);
  const found = pages.flat().filter((words) => words.startsWith('casella'));
  assert.deepEqual(
    found,
    lines.map((line) => line.description),
  );
  pages.forEach((page, at) => {
    assert.ok(page.includes('Descrizione') && page.includes(`Pagina ${at + 1} di ${pages.length}`), `page ${at + 1}`);
    const carried = page[page.indexOf('Da riportare') + 1];
    const next = pages[at + 1];
    if (next) assert.equal(next[next.indexOf('Riporto') + 1], carried);
  });
  const firstPage = lines.slice(0, pages[0]?.filter((words) => words.startsWith('casella')).length);
  const sum = firstPage.reduce((total, line) => total + line.net, 0n);
  assert.equal(
    pages[0]?.at(pages[0].indexOf('Da riportare') + 1),
    plain(formatMoney({ amount: sum, currency: 'EUR' }, 'it')),
  );
});

test('a copy taken twice is the same to the last byte', async () => {
  const [one, two] = [await writeDocument(invoice, 'it'), await writeDocument(invoice, 'it')];
  assert.ok(one.equals(two));
  const later = { ...invoice, issuedOn: invoice.issuedOn.add({ days: 1 }) };
  assert.ok(!one.equals(await writeDocument(later, 'it')));
});

test('a document can be archived: PDF/A-3b, its fonts inside', async () => {
  const pdf = (await writeDocument(invoice, 'it')).toString('latin1');
  assert.match(pdf, /<pdfaid:part>3<\/pdfaid:part>\s*<pdfaid:conformance>B</);
  assert.equal(pdf.match(/\/FontFile2 /g)?.length, 2);
  assert.match(pdf, /\/Lang \(it\)/);
});

test('whatever customers call themselves stays text, on its line and on the page', async () => {
  const name = `) Tj (ET \\ 梅 👍 ${'Wagenhuber'.repeat(30)}\nIBAN: mine`;
  const [page = []] = await read({ ...invoice, buyer: { ...invoice.buyer, name } });
  const start = page.indexOf(') Tj (ET \\ ? ?');
  assert.ok(start > 0, page.join(' | '));
  assert.ok(
    page
      .slice(start, start + 20)
      .join('')
      .includes('Wagenhuber'.repeat(30)),
  );
});

test('every row stands on one page, in order, and the closing block alone only if no row can go with it', () => {
  const heights = fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 1, maxLength: 120 });
  const closing = fc.integer({ min: 60, max: 250 });
  fc.assert(
    fc.property(heights, fc.integer({ min: 120, max: 500 }), closing, (rows, first, closingHeight) => {
      const pages = paginate(rows, { first, following: 600, carry: 18, closing: closingHeight });
      pages.forEach((page, at) => {
        const used = rows.slice(page.from, page.to).reduce((sum, height) => sum + height, 0);
        const space = at === 0 ? first : 600 - 18;
        const below = at === pages.length - 1 ? closingHeight : 18;
        assert.ok(used + below <= space, JSON.stringify(pages));
        assert.ok(page.to > page.from || pages[at - 1]?.to === (pages[at - 1]?.from ?? 0) + 1, JSON.stringify(pages));
        assert.equal(page.from, at === 0 ? 0 : pages[at - 1]?.to);
      });
      assert.equal(pages.at(-1)?.to, rows.length);
    }),
  );
});

for (const language of loadLanguages(path.join(import.meta.dirname, 'locales')).values()) {
  test(`the language file "${language.code}" has every sentence the documents use, and no other`, async () => {
    const used = new Set<string>();
    const long = { ...invoice, lines: mailboxLines(40) };
    for (const data of [...documents, long]) await drawDocument(data, watched(language, used));
    assert.deepEqual(
      [...language.messages.keys()].filter((name) => !used.has(name)),
      [],
    );
  });
}

function watched(language: Language, used: Set<string>): Language {
  const messages = new Map<string, Message>(language.messages);
  const get = (name: string) => {
    used.add(name);
    return language.messages.get(name);
  };
  return { ...language, messages: Object.assign(messages, { get }) };
}
