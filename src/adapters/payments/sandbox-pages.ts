import { Temporal } from 'temporal-polyfill';
import { applyDecisions, type ChargeRow, readCharge } from '#adapters/payments/_sandbox-charges.ts';
import { attemptOn } from '#adapters/payments/_sandbox-confirm.ts';
import {
  chargePage,
  choicesOf,
  closedPage,
  methodPage,
  type PageLanguage,
  type Problem,
  styleSheet,
} from '#adapters/payments/_sandbox-html.ts';
import { abandonMethod, chooseCard, type MethodRow, readMethod } from '#adapters/payments/_sandbox-methods.ts';
import { decideCharge, defaultCredit, findCard } from '#adapters/payments/sandbox-cards.ts';
import { ProviderRefused } from '#domain/payments/provider.ts';
import type { Db } from '#kit/db.ts';

/** `path` is what follows the mount point, e.g. `/charges/sc_…`; `language` an Accept-Language header or a language; `form` the posted fields. */
export type PageRequest = { method: string; path: string; language: string; form: Readonly<Record<string, string>> };

/** An answer ready to be sent. `changed` is what a webhook would tell: a hint to ask the provider, never the truth (P12). */
export type PageAnswer = {
  status: number;
  headers: Record<string, string>;
  body: string;
  changed?: { kind: 'method' | 'charge'; ref: string };
};

/** The sandbox provider's own pages, to be mounted in the sandbox only: plain forms, no script, nothing from elsewhere. */
export function createSandboxPages(
  db: Db,
  { now }: { now: () => Temporal.Instant },
): (request: PageRequest) => Promise<PageAnswer> {
  return async (request) => {
    const language: PageLanguage = /^it\b/i.test(request.language.trim()) ? 'it' : 'en';
    const [, folder, ref = ''] = request.path.split('/');
    if (request.path === '/style.css')
      return { ...answer(200, styleSheet), headers: { 'content-type': 'text/css; charset=utf-8' } };
    if (request.method !== 'GET' && request.method !== 'POST')
      return answer(405, closedPage(language, 'notAllowed', null));
    const visit = { db, ref, language, at: now(), form: request.method === 'POST' ? request.form : null };
    try {
      if (folder === 'methods') return await visitMethod(visit);
      if (folder === 'charges') return await visitCharge(visit);
    } catch (error) {
      if (!(error instanceof ProviderRefused)) throw error;
    }
    return answer(404, closedPage(language, 'unknown', null));
  };
}

type Visit = {
  db: Db;
  ref: string;
  language: PageLanguage;
  at: Temporal.Instant;
  form: Readonly<Record<string, string>> | null;
};

async function visitMethod(visit: Visit): Promise<PageAnswer> {
  const { db, ref, language, form } = visit;
  const method = await readMethod(db, ref);
  if (method.state !== 'pending')
    return answer(200, closedPage(language, 'methodDone', method.return_url), method.return_url);
  if (form === null) return showMethod(visit, method);
  if (form['act'] === 'cancel') {
    await abandonMethod(db, ref);
    return goBack(method.return_url, { kind: 'method', ref });
  }
  const card = form['card'] ?? '';
  const traits = findCard(card);
  if (traits?.kind !== method.kind) return showMethod(visit, method, 'choose');
  const expiresOn = traits.kind === 'card' ? readExpiry(form['expiry'] ?? '', visit.at) : null;
  if (traits.kind === 'card' && expiresOn === null) return showMethod(visit, method, 'badExpiry');
  await chooseCard(db, ref, { card, expiresOn, creditLeft: traits.limited ? defaultCredit : null });
  return goBack(method.return_url, { kind: 'method', ref });
}

function showMethod({ language }: Visit, method: MethodRow, problem?: Problem): PageAnswer {
  const choices = choicesOf((traits) => traits.kind === method.kind);
  const asksExpiry = method.kind === 'card';
  const html = methodPage(language, { choices, asksExpiry, ...(problem && { problem }) });
  return answer(problem ? 422 : 200, html, method.return_url);
}

async function visitCharge(visit: Visit): Promise<PageAnswer> {
  const { db, ref, form } = visit;
  const charge = await readCharge(db, ref);
  if (!isOpen(charge)) {
    // Whoever pressed twice is led back like whoever pressed once.
    const isPaidAgain = form !== null && charge.state === 'succeeded';
    return isPaidAgain && charge.return_url ? goBack(charge.return_url) : showClosed(visit, charge);
  }
  if (form === null) return showCharge(visit, charge);
  if (form['act'] === 'cancel') return charge.return_url ? goBack(charge.return_url) : showCharge(visit, charge);
  if (form['act'] === 'refuse') return settle(visit, charge, { state: 'declined', code: 'authentication_failed' });
  const card = form['card'] ?? '';
  if (charge.token !== null) return settle(visit, charge, decideCharge(attemptOn(charge, utcDay(visit.at), true)));
  if (!payable(card)) return showCharge(visit, charge, 'choose');
  const attempt = { card, usable: 'yes', amount: charge.amount, creditLeft: null, present: true } as const;
  const decided = decideCharge(attempt);
  // In front of the page a refusal is not the end: another card can be tried, and the charge stays open.
  return decided.state === 'declined' ? showCharge(visit, charge, 'declinedHere') : settle(visit, charge, decided);
}

async function settle(visit: Visit, charge: ChargeRow, decided: ReturnType<typeof decideCharge>): Promise<PageAnswer> {
  const { db, ref, at } = visit;
  if (decided.state === 'asked') throw new Error('a payer who is present was asked for again');
  const code = decided.state === 'declined' ? decided.code : null;
  await applyDecisions(db, [{ ref, state: decided.state, code }], { at, from: ['created', 'action_required'] });
  const changed = { kind: 'charge', ref } as const;
  return charge.return_url
    ? goBack(charge.return_url, changed)
    : { ...showClosed(visit, await readCharge(db, ref)), changed };
}

function showCharge({ language }: Visit, charge: ChargeRow, problem?: Problem): PageAnswer {
  const choices =
    charge.token === null
      ? choicesOf((traits) => !traits.limited && !traits.fault && !traits.refusedAtRegistration)
      : [];
  const money = { amount: charge.amount, currency: charge.currency };
  const html = chargePage(language, { money, description: charge.description, choices, ...(problem && { problem }) });
  return answer(problem ? 422 : 200, html, charge.return_url);
}

function showClosed({ language }: Visit, charge: ChargeRow): PageAnswer {
  const what = charge.state === 'succeeded' ? 'paid' : charge.state === 'pending' ? 'clearing' : 'refused';
  return answer(200, closedPage(language, what, charge.return_url), charge.return_url);
}

// Without a method anybody with the link may pay; with one, only after its bank asked for the payer.
function isOpen(charge: ChargeRow): boolean {
  return charge.state === 'action_required' || (charge.state === 'created' && charge.token === null);
}

function payable(card: string): boolean {
  const traits = findCard(card);
  return traits !== undefined && !traits.limited && !traits.fault && !traits.refusedAtRegistration;
}

function utcDay(at: Temporal.Instant): Temporal.PlainDate {
  return at.toZonedDateTimeISO('UTC').toPlainDate();
}

/** The last day of the month written as `MM/YY`, or null when it is none or already over. */
function readExpiry(text: string, at: Temporal.Instant): Temporal.PlainDate | null {
  const parts = /^(0[1-9]|1[0-2])\/(\d{2})$/.exec(text.trim());
  if (!parts) return null;
  const month = Temporal.PlainYearMonth.from({ year: 2000 + Number(parts[2]), month: Number(parts[1]) });
  const last = month.toPlainDate({ day: month.daysInMonth });
  return Temporal.PlainDate.compare(last, utcDay(at)) < 0 ? null : last;
}

function goBack(location: string, changed?: NonNullable<PageAnswer['changed']>): PageAnswer {
  return { ...answer(303, ''), headers: { location, 'cache-control': 'no-store' }, ...(changed && { changed }) };
}

function answer(status: number, body: string, returnUrl: string | null = null): PageAnswer {
  // Browsers hold form-action against the address a form redirects to, so the way back must be named.
  const back = returnUrl ? ` ${new URL(returnUrl).origin}` : '';
  return {
    status,
    body,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      // With no-referrer, browsers hide from ourselves too where a form comes from, and the form is refused.
      'referrer-policy': 'same-origin',
      'content-security-policy': `default-src 'none'; style-src 'self'; form-action 'self'${back}; frame-ancestors 'none'; base-uri 'none'`,
    },
  };
}
