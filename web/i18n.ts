import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

/** The languages of portal and letters. */
export const languages = ['it', 'en', 'fr', 'de', 'es', 'pl', 'pt'] as const;
export type Language = (typeof languages)[number];

type Texts = Record<string, unknown>;
const files = import.meta.glob<Texts>('./locales/*/*.json', { import: 'default' });

/** Loads one language: the files of `locales/<language>/`, each a namespace. English stands in for what is missing. */
export async function startTexts(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { [language]: await load(language), ...(language === 'en' ? {} : { en: await load('en') }) },
    defaultNS: 'common',
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
}

/** Changes the language of everything on the screen and remembers it in this browser. */
export async function changeTexts(language: Language): Promise<void> {
  for (const [namespace, texts] of Object.entries(await load(language)))
    i18next.addResourceBundle(language, namespace, texts);
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

async function load(language: Language): Promise<Record<string, Texts>> {
  const own = Object.entries(files).filter(([path]) => path.startsWith(`./locales/${language}/`));
  const loaded = await Promise.all(own.map(async ([path, read]) => [namespaceOf(path), await read()] as const));
  return Object.fromEntries(loaded);
}

function namespaceOf(path: string): string {
  return path.split('/').at(-1)?.replace('.json', '') ?? '';
}
