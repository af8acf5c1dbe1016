import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  codes,
  namespaces,
  placeholdersOf,
  pluralsOf,
  portalSentences,
  type Sentences,
  serverFolders,
  serverSentences,
  spokenOf,
} from './_locale-files.ts';
import { bareTexts, type Use, unreadableCalls, usesOf } from './_screen-texts.ts';

const others = codes.filter((code) => code !== 'en');
const SUFFIX = /_(zero|one|two|few|many|other)$/;

for (const folder of serverFolders) {
  const english = serverSentences(folder, 'en');
  describe(`the sentences of ${folder}`, () => {
    for (const code of others) {
      const sentences = serverSentences(folder, code);
      test(`${code} has those of English and no other, speaking of the same things`, () => {
        assert.deepEqual([...sentences.keys()].sort(), [...english.keys()].sort());
        for (const [name, sentence] of sentences) {
          const [said, meant] = [spokenOf(sentence, code), spokenOf(english.get(name) ?? '', 'en')];
          assert.deepEqual([said.names, said.choices], [meant.names, meant.choices], `${code} ${name}`);
        }
      });

      test(`${code} counts as the language does`, () => {
        for (const [name, sentence] of sentences) {
          for (const branches of spokenOf(sentence, code).plurals) {
            const forms = branches.filter((branch) => !branch.startsWith('=')).sort();
            // Said for exactly one, as "tomorrow" is, the form for one is not chosen any more.
            const chosen = pluralsOf(code).filter(isNotIn(branches.includes('=1') ? ['one'] : []));
            assert.deepEqual(forms, chosen, `${code} ${name}`);
          }
        }
      });
    }
  });
}

for (const namespace of namespaces) {
  const english = portalSentences(namespace, 'en');
  describe(`the texts of the portal: ${namespace}`, () => {
    for (const code of codes) {
      const texts = portalSentences(namespace, code);
      test(`${code} has those of English and no other, speaking of the same things`, () => {
        assert.deepEqual(namesIn(texts), namesIn(english));
        for (const [name, text] of texts) {
          const isSingular = /_(zero|one)$/.test(name) && !english.has(name.replace(SUFFIX, ''));
          const meant = english.get(isSingular || !english.has(name) ? name.replace(SUFFIX, '_other') : name) ?? '';
          const [said, known] = [placeholdersOf(text), placeholdersOf(meant)];
          // "One mailbox" need not say its number.
          if (isSingular) assert.deepEqual(said.filter(isNotIn(known)), [], `${code} ${name}`);
          else assert.deepEqual(said, known, `${code} ${name}`);
          assert.notEqual(text.trim(), '', `${code} ${name}`);
        }
      });

      test(`${code} counts as the language does`, () => {
        const known = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
        for (const base of pluralsIn(texts)) {
          const forms = [...texts.keys()].filter((name) => name.replace(SUFFIX, '') === base && name !== base);
          const suffixes = forms.map((name) => SUFFIX.exec(name)?.[1] ?? '');
          assert.deepEqual(pluralsOf(code).filter(isNotIn(suffixes)), [], `${code} ${base} lacks a form`);
          // A million takes a form of its own in French, Italian, Spanish and Portuguese; nothing may be worth its own words.
          assert.deepEqual(
            suffixes.filter(isNotIn([...known, 'zero'])),
            [],
            `${code} ${base} has a form nobody chooses`,
          );
          assert.equal(suffixes.includes('zero'), english.has(`${base}_zero`), `${code} ${base}`);
        }
      });
    }
  });
}

/** Branches that the code fills in from a short list: any other fills in all there is under its prefix. */
const fillings: Readonly<Record<string, readonly string[]>> = {
  'billing:back.*': ['asking', 'unheard'],
  'billing:documents.*': ['invoices', 'creditNotes', 'receipts'],
  'billing:filter.*': ['from', 'until'],
  'billing:forecast.*': ['csv', 'ics'],
  'home:balance.*': ['owed', 'empty', 'credit'],
  'home:methods.*': ['failed', 'expired'],
  'order-link:pay.*': ['card', 'paypal'],
  'platforms:column.*': ['address', 'expires_on'],
  'platforms:filter.*': ['active', 'suspended', 'ended'],
  'settings:invite.*': ['email', 'name'],
};

/** Where the sentence is chosen away from the call, and which ones these are, unless they are named with their namespace. */
const chosenElsewhere: Readonly<Record<string, readonly string[]>> = {
  'web/portal/billing/attempts.tsx': [],
  'web/portal/billing/method-health.tsx': [],
  'web/portal/home/ending-notices.tsx': ['home:suspended.deleted', 'home:ending.on'],
  'web/portal/navigation.tsx': ['common:nav.*'],
  'web/ui/pay-order.tsx': [],
};

/** Refusals that nobody meets in the portal: of the command line and of our operators, and of programs that call the API. */
const notForThePortal: readonly string[] = [
  ...['bad_customers', 'bad_plans', 'bad_policy', 'bad_prices', 'bad_seller', 'bad_transfer', 'bad_vat_rates'],
  ...['charge_unknown', 'clock_behind', 'clock_went_back', 'clocks_differ', 'customers_exist', 'more_than_invoiced'],
  ...[
    'no_open_debt',
    'no_seller',
    'operator_not_found',
    'payment_unknown',
    'reference_used',
    'run_not_held',
    'run_unknown',
  ],
  ...['unknown_currency', 'unknown_customer'],
  ...['bad_amount', 'bad_cursor', 'bad_webhook', 'key_malformed', 'key_reused', 'person_required'],
  ...['sandbox_only'],
];

// The glossary decides; what once stood beside its word.
const otherWords: Partial<Record<(typeof codes)[number], readonly RegExp[]>> = {
  en: [/purchase order/i, /\bcredit (?:the|your) account/i],
  it: [/modalità di pagamento/i, /ricaric\w* (?:il|del|tuo) conto/i],
  es: [/(?:forma|medio)s? de pago/i],
  pl: [/sposób płatności/i],
};

test('portal, letters and documents have one word for one thing', () => {
  for (const [code, words] of Object.entries(otherWords)) {
    const texts = [
      ...serverFolders.map((folder) => serverSentences(folder, code)),
      ...namespaces.map((each) => portalSentences(each, code)),
    ];
    const said = texts.flatMap((each) => [...each.values()]).filter((text) => words.some((word) => word.test(text)));
    assert.deepEqual(said, [], code);
  }
});

describe('the portal and its texts', () => {
  const names = new Set(
    namespaces.flatMap((one) => namesIn(portalSentences(one, 'en')).map((name) => `${one}:${name}`)),
  );
  const uses: Use[] = [
    ...usesOf(namespaces),
    ...Object.entries(chosenElsewhere).flatMap(([file, asked]) => asked.map((one) => ({ file, asked: one }))),
  ].flatMap(({ file, asked }) =>
    (fillings[asked] ?? ['*']).map((word) => ({ file, asked: fillings[asked] ? asked.replace('*', word) : asked })),
  );

  test('every text that the code asks for exists', () => {
    const missing = uses.filter(({ asked }) => ![...names].some((name) => matches(asked, name)));
    assert.deepEqual(
      missing.map(({ file, asked }) => `${file} asks for ${asked}`),
      [],
    );
  });

  test('every text is asked for somewhere', () => {
    assert.deepEqual(
      [...names].filter((name) => !uses.some(({ asked }) => matches(asked, name))),
      [],
    );
  });

  test('a text chosen away from its call is one this test knows of', () => {
    assert.deepEqual(
      unreadableCalls().filter((call) => !(call.split(':')[0] ?? '' in chosenElsewhere)),
      [],
    );
  });

  test('the portal tells every refusal that the server makes to its readers, and no other', () => {
    const tables = globSync('src/**/*.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^[^*\n]*\brefusals\(\{(.*?)\}\);/gms)].map(([table]) => table),
    );
    const made = tables.flatMap((table) => [...table.matchAll(/(\w+): \[\s*\d{3},/g)].map(([, code = '']) => code));
    const told = namesIn(portalSentences('problems', 'en')).filter((name) => !name.includes('.'));
    assert.deepEqual(told, [...new Set(made)].filter(isNotIn(notForThePortal)).sort());
  });

  test('nothing on a screen is written in the code', () => {
    assert.deepEqual(
      bareTexts().filter((text) => text !== 'web/ui/logo.tsx: Rinnovo'),
      [],
    );
  });
});

/** The names the code asks by: a text in its plural forms is one. */
function namesIn(texts: Sentences): string[] {
  const plurals = new Set(pluralsIn(texts));
  const names = [...texts.keys()].map((name) =>
    plurals.has(name.replace(SUFFIX, '')) ? name.replace(SUFFIX, '') : name,
  );
  return [...new Set(names)].sort();
}

function pluralsIn(texts: Sentences): string[] {
  return [...texts.keys()].filter((name) => name.endsWith('_other')).map((name) => name.slice(0, -'_other'.length));
}

function matches(asked: string, name: string): boolean {
  const [start = '', ...rest] = asked.split('*');
  if (rest.length === 0) return asked === name;
  const end = rest.at(-1) ?? '';
  return name.startsWith(start) && name.endsWith(end) && name.length > start.length + end.length;
}

function isNotIn<T>(known: readonly T[]): (value: T) => boolean {
  return (value) => !known.includes(value);
}
