import assert from 'node:assert/strict';
import { type Language, messageOf } from '#kit/languages.ts';
import { messageText } from '#kit/messages.ts';
import type { Block } from './_draft.ts';
import { letterHtml } from './_html.ts';
import { writers } from './_kinds.ts';
import type { Letter } from './_letter.ts';
import { letterText } from './_text.ts';
import { voiceOf } from './_voice.ts';
import type { Envelope, LetterData, LetterKind } from './types.ts';

export type Rendered = { subject: string; html: string; text: string };

/** Writes one letter in one language, which is there. */
export function compose<Kind extends LetterKind>(kind: Kind, language: Language, data: LetterData[Kind]): Rendered {
  const draft = writers[kind](data, voiceOf(language, data.seller.timeZone));
  for (const url of [data.portalUrl, ...draft.blocks.flatMap(linksOf)]) {
    assert.match(url, /^https?:\/\/[^\s<>"]+$/, `a letter may only link to a web page, not to ${url}`);
  }
  const values = { ...frameValues(data), ...draft.values };
  const subject = messageText(messageOf(language, `${kind}.subject`), values);
  const letter: Letter = { kind, language, data, draft, values, subject };
  return { subject, html: letterHtml(letter), text: letterText(letter) };
}

function frameValues({ seller, customer }: Envelope): Record<string, string> {
  return {
    seller: seller.name,
    sellerStreet: seller.street,
    sellerPostalCode: seller.postalCode,
    sellerCity: seller.city,
    sellerVatNumber: seller.vatNumber,
    email: seller.email,
    customer: customer.name,
    code: customer.code,
  };
}

function linksOf(block: Block): string[] {
  if (block.is === 'button') return [block.url];
  if (block.is === 'ways') return block.ways.map((way) => way.url);
  if (block.is === 'list' && block.more) return [block.more.url];
  return [];
}
