import type { Language } from '#kit/languages.ts';
import type { Values } from '#kit/messages.ts';
import type { Draft } from './_draft.ts';
import type { Envelope, LetterKind } from './types.ts';

/** A letter with everything its two forms need: `values` are the draft's and the frame's together. */
export type Letter = {
  kind: LetterKind;
  language: Language;
  data: Envelope;
  draft: Draft;
  values: Values;
  subject: string;
};
