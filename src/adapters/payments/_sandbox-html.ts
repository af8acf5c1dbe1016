import { type SandboxCard, type SandboxCardTraits, sandboxCards } from '#adapters/payments/sandbox-cards.ts';
import { formatMoney, type Money } from '#kit/formats.ts';
import { escapeHtml } from '#kit/messages.ts';

export type PageLanguage = 'it' | 'en';

/** A choice on a page: what the form sends and what the payer reads. */
export type Choice = { name: SandboxCard; traits: SandboxCardTraits };

/** The page on which a method is registered. `problem` is one of the sentences below. */
export function methodPage(
  language: PageLanguage,
  view: { choices: Choice[]; asksExpiry: boolean; problem?: Problem },
) {
  const t = texts[language];
  const expiry = `<p><label for="expiry">${t.expiry}</label> <input id="expiry" name="expiry" value="12/34" size="5"
    maxlength="5" inputmode="numeric" pattern="(0[1-9]|1[0-2])/[0-9]{2}" required autocomplete="off"></p>`;
  return page(language, {
    title: t.registerTitle,
    body: `${problemBox(language, view.problem)}<form method="post">${choiceList(language, view.choices)}
      ${view.asksExpiry ? expiry : ''}${buttons([
        ['register', t.register, false],
        ['cancel', t.cancel, true],
      ])}</form>`,
  });
}

/** The page on which a charge is paid, or confirmed when its method is known already (no choices then). */
export function chargePage(
  language: PageLanguage,
  view: { money: Money; description: string; choices: Choice[]; problem?: Problem },
) {
  const t = texts[language];
  const amount = formatMoney(view.money, language === 'it' ? 'it-IT' : 'en-GB');
  const registered = view.choices.length === 0;
  return page(language, {
    title: registered ? t.confirmTitle : t.payTitle,
    body: `<dl><dt>${t.amount}</dt><dd>${escapeHtml(amount)}</dd><dt>${t.what}</dt><dd>${escapeHtml(view.description)}</dd></dl>
      ${problemBox(language, view.problem)}<form method="post">${choiceList(language, view.choices)}
      ${buttons([['pay', registered ? t.approve : t.pay, false], registered ? ['refuse', t.refuse, true] : ['cancel', t.cancel, true]])}</form>`,
  });
}

/** A page with nothing to decide: what happened, and the way back where there is one. */
export function closedPage(language: PageLanguage, what: Closing, returnUrl: string | null): string {
  const t = texts[language];
  const back = returnUrl ? `<p><a href="${escapeHtml(returnUrl)}">${t.back}</a></p>` : '';
  return page(language, { title: t[what], body: back });
}

export type Problem = 'choose' | 'badExpiry' | 'declinedHere';
export type Closing = 'paid' | 'clearing' | 'refused' | 'methodDone' | 'unknown' | 'notAllowed';

export const styleSheet = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:0 auto;padding:1rem}
.fake{border:2px dashed;padding:.5rem 1rem;border-radius:.5rem}
.problem{border-left:.3rem solid #c33;padding-left:.7rem}
fieldset{border:1px solid #8888;border-radius:.5rem}
label.choice{display:block;padding:.35rem 0}
dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem}
dt{font-weight:600}dd{margin:0}
button,input{font:inherit;padding:.5rem .9rem}
`;

const texts = {
  it: {
    fake: 'Questo è il fornitore di pagamento di prova di Rinnovo: non muove denaro vero. Non scrivere qui i dati di una carta vera.',
    registerTitle: 'Registra un metodo di pagamento',
    payTitle: 'Pagamento',
    confirmTitle: 'Conferma il pagamento',
    amount: 'Importo',
    what: 'Causale',
    expiry: 'Scadenza (MM/AA)',
    which: 'Con che cosa?',
    register: 'Registra',
    pay: 'Paga',
    approve: 'Confermo',
    refuse: 'Non sono stato io',
    cancel: 'Annulla',
    back: 'Torna al sito',
    choose: 'Scegli una delle voci.',
    badExpiry: 'La scadenza va scritta come 12/34 e non può essere già passata.',
    declinedHere: 'Pagamento rifiutato. Puoi riprovare con un’altra voce.',
    paid: 'Pagamento ricevuto',
    clearing: 'Pagamento in corso: sarà confermato entro un’ora',
    refused: 'Questo pagamento non è più possibile',
    methodDone: 'Questa registrazione è conclusa',
    unknown: 'Questa pagina non esiste',
    notAllowed: 'Richiesta non valida',
  },
  en: {
    fake: 'This is Rinnovo’s test payment provider: it moves no real money. Do not enter the data of a real card.',
    registerTitle: 'Register a payment method',
    payTitle: 'Payment',
    confirmTitle: 'Confirm the payment',
    amount: 'Amount',
    what: 'For',
    expiry: 'Expiry (MM/YY)',
    which: 'With what?',
    register: 'Register',
    pay: 'Pay',
    approve: 'I confirm',
    refuse: 'That was not me',
    cancel: 'Cancel',
    back: 'Back to the site',
    choose: 'Choose one of the entries.',
    badExpiry: 'Write the expiry as 12/34; it cannot be in the past.',
    declinedHere: 'Payment declined. You can try again with another entry.',
    paid: 'Payment received',
    clearing: 'Payment under way: it will be confirmed within an hour',
    refused: 'This payment is no longer possible',
    methodDone: 'This registration is closed',
    unknown: 'This page does not exist',
    notAllowed: 'This request is not valid',
  },
} as const;

const cardTexts: Record<SandboxCard, { it: string; en: string }> = {
  success: { it: 'funziona sempre', en: 'always works' },
  insufficient_funds: { it: 'fondi insufficienti', en: 'insufficient funds' },
  generic_decline: { it: 'rifiutata senza motivo', en: 'declined without a reason' },
  stolen_card: { it: 'rubata', en: 'stolen' },
  expired_card: { it: 'scaduta presso la banca', en: 'expired at the bank' },
  authentication_required: {
    it: 'chiede ogni volta la conferma del titolare',
    en: 'asks its owner to confirm each time',
  },
  credit_limit: { it: 'ha un credito di 100,00', en: 'has a credit of 100.00' },
  registration_refused: { it: 'non si lascia registrare', en: 'cannot be registered' },
  refund_fails: { it: 'paga, ma i rimborsi falliscono', en: 'pays, but refunds fail' },
  timeout_before: { it: 'la prima richiesta si perde', en: 'the first request gets lost' },
  timeout_after: { it: 'paga, ma la risposta si perde', en: 'pays, but the answer gets lost' },
  slow: { it: 'paga lentamente', en: 'pays slowly' },
  paypal: { it: 'funziona sempre', en: 'always works' },
  paypal_revoked: { it: 'consenso revocato', en: 'consent revoked' },
  paypal_clearing: { it: 'paga dopo un’ora', en: 'pays after an hour' },
};

/** The cards and accounts a page offers, in the order of the table. */
export function choicesOf(wanted: (traits: SandboxCardTraits) => boolean): Choice[] {
  const names = Object.keys(sandboxCards) as SandboxCard[];
  return names.map((name) => ({ name, traits: sandboxCards[name] })).filter(({ traits }) => wanted(traits));
}

function page(language: PageLanguage, { title, body }: { title: string; body: string }): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><link rel="stylesheet" href="../style.css"></head>
<body><p class="fake">${escapeHtml(texts[language].fake)}</p><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;
}

function choiceList(language: PageLanguage, choices: Choice[]): string {
  if (choices.length === 0) return '';
  const items = choices.map(
    (
      { name, traits },
      i,
    ) => `<label class="choice"><input type="radio" name="card" value="${name}" required${i === 0 ? ' checked' : ''}>
      ${escapeHtml(`${traits.brand} ${traits.shown}`)}: ${escapeHtml(cardTexts[name][language])}</label>`,
  );
  return `<fieldset><legend>${texts[language].which}</legend>${items.join('')}</fieldset>`;
}

function buttons(all: [value: string, text: string, skipsChecks: boolean][]): string {
  const each = all.map(
    ([value, text, skips]) =>
      `<button name="act" value="${value}"${skips ? ' formnovalidate' : ''}>${escapeHtml(text)}</button>`,
  );
  return `<p>${each.join(' ')}</p>`;
}

function problemBox(language: PageLanguage, problem: Problem | undefined): string {
  return problem ? `<p class="problem" role="alert">${escapeHtml(texts[language][problem])}</p>` : '';
}
