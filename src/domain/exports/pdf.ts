import path from 'node:path';
import { loadLanguages, pickLanguage } from '#kit/languages.ts';
import { drawDocument } from './_pdf-draw.ts';
import type { DocumentData } from './document.ts';

const languages = loadLanguages(path.join(import.meta.dirname, 'locales'));

/**
 * Writes an order, invoice, credit note or receipt as PDF/A-3b, on as many A4 pages as it needs (R36), in a language or
 * in English while that has no file. The same data give the same bytes: the document's day is the only time in it.
 */
export async function writeDocument(data: DocumentData, language: string): Promise<Buffer> {
  return await drawDocument(data, pickLanguage(languages, language));
}
