import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { type Language, loadLanguages } from '#kit/languages.ts';
import type { Message } from '#kit/messages.ts';
import { compose } from './_compose.ts';
import { samples } from './_samples.ts';
import { letterLanguage, renderLetter } from './render.ts';
import type { LetterData, LetterKind } from './types.ts';

const languages = loadLanguages(path.join(import.meta.dirname, 'locales'));
const everyLetter = [...languages.values()].flatMap((language) => {
  return samples.map(({ kind, data }) => ({ kind, data, language, ...compose(kind, language, data as never) }));
});
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

/** The nth sample of a kind, with some facts changed. */
function sample<Kind extends LetterKind>(
  kind: Kind,
  changed: Partial<LetterData[Kind]> = {},
  nth = 0,
): LetterData[Kind] {
  const found = samples.filter((one) => one.kind === kind)[nth];
  return { ...(found?.data as LetterData[Kind]), ...changed };
}

for (const language of languages.values()) {
  test(`the language file "${language.code}" has every sentence the letters use, and no other`, () => {
    const used = new Set<string>();
    const watched: Language = { ...language, messages: new WatchedMap(language.messages, used) };
    for (const { kind, data } of samples) compose(kind, watched, data as never);
    assert.deepEqual(
      [...language.messages.keys()].filter((name) => !used.has(name)),
      [],
    );
  });
}

class WatchedMap extends Map<string, Message> {
  readonly used: Set<string>;
  constructor(messages: ReadonlyMap<string, Message>, used: Set<string>) {
    super(messages);
    this.used = used;
  }
  override get(name: string): Message | undefined {
    this.used.add(name);
    return super.get(name);
  }
}

test('every letter is complete in both forms, in every language', () => {
  for (const { kind, language, subject, html, text } of everyLetter) {
    const where = `${language.code} ${kind}`;
    for (const words of [subject, html.replace(/<style>.*?<\/style>/s, ''), text]) {
      assert.doesNotMatch(words, /[{}]|undefined|\bnull\b|NaN|\[object/, where);
    }
    assert.ok(subject.length > 5 && subject.length < 120, `${where}: ${subject}`);
    assert.ok(html.startsWith(`<!doctype html><html lang="${language.code}">`), where);
    for (const tag of ['table', 'tr', 'td', 'p', 'a', 'b', 'div', 'span']) {
      const opened = html.match(new RegExp(`<${tag}[ >]`, 'g'))?.length;
      assert.equal(opened, html.match(new RegExp(`</${tag}>`, 'g'))?.length, `${where} <${tag}>`);
    }
  }
});

test('a letter loads nothing from anywhere, and is dark where the reader is', () => {
  for (const { html } of everyLetter) {
    assert.doesNotMatch(html, /<(img|script|link|iframe|object|form)|url\(|@import|src=/i);
    assert.match(html, /@media\(prefers-color-scheme:dark\)/);
    assert.match(html, /name="viewport" content="width=device-width/);
  }
});

test('the plain text says everything the HTML says: each link and each amount', () => {
  for (const { kind, html, text } of everyLetter) {
    const links = [...html.matchAll(/href="([^"]+)"/g)].map((found) => (found[1] ?? '').replaceAll('&amp;', '&'));
    for (const link of links)
      assert.ok(
        text.split('\n').some((line) => line.trim() === link),
        `${kind}: ${link}`,
      );
    const amounts = html.match(/\d+,\d\d\u00a0€|€\d+\.\d\d/g) ?? [];
    for (const amount of amounts) assert.ok(text.includes(amount), `${kind}: ${amount}`);
    const tooLong = text.split('\n').filter((line) => line.length > 76 && line.includes(' '));
    assert.deepEqual(tooLong, [], kind);
  }
});

test('a debt letter names the debt, the deadline and exactly three ways out', () => {
  const { subject, text, html } = renderLetter('debt', 'it', sample('debt'));
  assert.equal(plain(subject), 'Da saldare: 29,90 € entro la fine di lunedì 8 marzo 2027');
  assert.equal(html.match(/class="w"/g)?.length, 3);
  for (const way of ['pagamenti/nuova', 'ordine/9kQ2w7eR5tY1uI8oP3aS6dF4gH0jK2lZ', 'conto/accredita']) {
    assert.ok(text.includes(`https://posta.example/it/${way}`), way);
  }
});

test("a deadline at midnight is the end of the day before; any other is said to the minute, in the seller's zone", () => {
  const deadline = (at: string) => {
    return plain(renderLetter('debt', 'it', sample('debt', { deadlineAt: Temporal.Instant.from(at) })).subject);
  };
  assert.match(deadline('2027-03-08T23:00:00Z'), /entro la fine di lunedì 8 marzo 2027$/);
  assert.match(deadline('2027-03-28T22:00:00Z'), /entro la fine di domenica 28 marzo 2027$/);
  assert.match(deadline('2027-03-28T21:59:00Z'), /entro domenica 28 marzo 2027 alle ore 23:59$/);
});

test('an invoice letter asks for nothing when credit covered it or a method will pay it', () => {
  const text = (nth: number) =>
    plain(renderLetter('invoice', 'it', sample('invoice', {}, nth)).text).replace(/\s+/g, ' ');
  assert.match(text(0), /Preleviamo 29,90 € tramite carta Visa che termina con 4242/);
  assert.match(text(1), /Restano da pagare 29,90 €/);
  assert.match(text(2), /già saldata con il credito .* non devi fare altro/);
});

test('what a new seller has not written yet is left out, and no sentence speaks of nothing', () => {
  const { seller, ...rest } = sample('refund');
  const blank = { ...seller, street: '', postalCode: '', city: '', vatNumber: '', email: '' };
  const { text, html } = renderLetter('refund', 'en', { ...rest, seller: blank });
  for (const words of ['VAT number', 'Any question', ` · , `, `${seller.name}, ,`]) {
    assert.ok(!text.includes(words) && !html.includes(words), words);
  }
  assert.ok(text.trimEnd().endsWith(`${seller.name}.`));
  const whole = renderLetter('refund', 'en', sample('refund'));
  assert.ok(whole.text.replace(/\s+/g, ' ').includes(`VAT number ${seller.vatNumber}`));
  assert.ok(whole.html.includes(seller.street));
});

test('more than fifty mailboxes are a count and a link', () => {
  const box = (at: number) => ({ platform: 'hosted-1', address: `box${at}@example.com` });
  const resumed = (count: number) => {
    const mailboxes = {
      count,
      rows: Array.from({ length: count }, (_, at) => box(at)),
      url: 'https://posta.example/all',
    };
    return renderLetter('resumed', 'it', sample('resumed', { mailboxes }));
  };
  for (const form of ['html', 'text'] as const) {
    assert.ok(resumed(50)[form].includes('box49@example.com') && !resumed(50)[form].includes('/all'), form);
    assert.ok(!resumed(51)[form].includes('box0@example.com'), form);
    assert.match(resumed(51)[form], /Sono 51 righe[\s\S]*posta\.example\/all/, form);
  }
});

test('whatever customers call themselves stays text', () => {
  const hostile = `"><img src=x onerror='alert(1)'>\r\nBcc: eve@example.com {debt} <b>`;
  for (const { kind, data } of samples) {
    const forged = {
      ...data,
      customer: { code: hostile, name: hostile },
      platform: hostile,
      user: hostile,
      reason: hostile,
    };
    const { subject, html, text } = renderLetter(kind, 'it', { ...forged, ...lists(data, hostile) } as never);
    assert.doesNotMatch(subject, /[\r\n]/, kind);
    assert.doesNotMatch(html, /<img|onerror='|\n/, kind);
    assert.doesNotMatch(text, /^Bcc:/m, kind);
  }
});

/** Every list of mailboxes in the data, with hostile names. */
function lists(data: object, hostile: string): object {
  const isList = (value: unknown): value is { rows: object[] } =>
    typeof value === 'object' && value !== null && 'rows' in value;
  const forge = (row: object) => ({ ...row, address: hostile, platform: hostile });
  const found = Object.entries(data).filter(([, value]) => isList(value));
  return Object.fromEntries(found.map(([name, value]) => [name, { ...value, rows: value.rows.map(forge) }]));
}

test('a link that is not a web address is a bug, never a letter', () => {
  const password = (link: string) => renderLetter('password_reset', 'it', sample('password_reset', { link }));
  assert.throws(() => password('javascript:alert(1)'), /only link to a web page/);
  assert.throws(() => password('https://posta.example/a\nb'), /only link to a web page/);
});

test('a customer whose language has no file yet is written to in English', () => {
  assert.equal(letterLanguage('xx'), 'en');
  assert.equal(letterLanguage('it-CH'), 'it');
  assert.equal(
    renderLetter('refund', 'xx', sample('refund')).text,
    renderLetter('refund', 'en', sample('refund')).text,
  );
});
