import i18next, { type BackendModule, type ReadCallback } from 'i18next';
import { initReactI18next } from 'react-i18next';

/** The languages of portal and letters. */
export const languages = ['it', 'en', 'fr', 'de', 'es', 'pl', 'pt'] as const;
export type Language = (typeof languages)[number];

type Texts = Record<string, unknown>;
const files = import.meta.glob<Texts>('./locales/*/*.json', { import: 'default' });

// Read when a screen asks for them; English stands in for a file that is missing.
const texts: BackendModule = {
  type: 'backend',
  init() {},
  read: (language, namespace, done) => void read(language, namespace, done),
};

/** Loads what every screen says in one language; the files of `locales/<language>/` are each a namespace. */
export async function startTexts(language: Language): Promise<void> {
  await i18next
    .use(texts)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: false,
      load: 'currentOnly',
      ns: ['common', 'problems'],
      defaultNS: 'common',
      interpolation: { escapeValue: false },
    });
  document.documentElement.lang = language;
}

/** A script with the texts it shows: a screen that had to ask for them once it is drawn would stand empty for a while. */
export async function withTexts<Script>(script: Promise<Script>, ...namespaces: readonly string[]): Promise<Script> {
  await i18next.loadNamespaces(namespaces);
  return script;
}

/** Changes the language of everything on the screen and remembers it in this browser. */
export async function changeTexts(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem('language', language);
}

/** The language of the last visit, else the browser's, else Italian. */
export function firstLanguage(): Language {
  const wished = [localStorage.getItem('language'), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wished.find(isLanguage) ?? 'it';
}

/** Whether this is one of them. */
export function isLanguage(tag: string | null | undefined): tag is Language {
  return languages.includes(tag as Language);
}

async function read(language: string, namespace: string, done: ReadCallback): Promise<void> {
  const load = files[`./locales/${language}/${namespace}.json`] ?? files[`./locales/en/${namespace}.json`];
  try {
    done(null, (await load?.()) ?? {});
  } catch (error) {
    // The true asks for another try: the connection may be back.
    done(error as Error, true);
  }
}
