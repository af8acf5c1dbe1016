import type { Language } from '#web/i18n.ts';

/** Each language by its own name, as its speakers look for it. */
export const languageNames: Record<Language, string> = {
  it: 'Italiano',
  en: 'English',
  fr: 'Français',
  de: 'Deutsch',
  es: 'Español',
  pl: 'Polski',
  pt: 'Português',
};
