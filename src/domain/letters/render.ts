import path from 'node:path';
import { loadLanguages, pickLanguage } from '#kit/languages.ts';
import { compose, type Rendered } from './_compose.ts';
import type { LetterData, LetterKind } from './types.ts';

const languages = loadLanguages(path.join(import.meta.dirname, 'locales'));

/**
 * Writes a letter: what happened, what it means, what to do and by when (R33). A customer whose language has no file
 * yet is written to in English. Pure: the same data give the same letter, and nothing is looked up. Throws on a link
 * that is not a web address.
 */
export function renderLetter<Kind extends LetterKind>(kind: Kind, language: string, data: LetterData[Kind]): Rendered {
  return compose(kind, pickLanguage(languages, language), data);
}

/** The language a customer is really written to in: the one asked for, or English while it has no file. */
export function letterLanguage(language: string): string {
  return pickLanguage(languages, language).code;
}
