import { setTimeout as delay } from 'node:timers/promises';
import type { Temporal } from 'temporal-polyfill';
import { applyDecisions, createCharges, findCharge, readCharge } from '#adapters/payments/_sandbox-charges.ts';
import { type Confirmed, clearDue, confirmCharges, outcomeOf } from '#adapters/payments/_sandbox-confirm.ts';
import {
  describeMethod,
  insertMethod,
  readMethod,
  removeMethods,
  startMethod,
} from '#adapters/payments/_sandbox-methods.ts';
import { makeDispute, makeRefund, readMovements, readRefund } from '#adapters/payments/_sandbox-refunds.ts';
import { cardTraits, defaultCredit, type SandboxCard, type SandboxFault } from '#adapters/payments/sandbox-cards.ts';
import type { ChargeRequest, MethodRequest, PaymentProvider, RefundRequest } from '#domain/payments/provider.ts';
import { ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';
import type { Db } from '#kit/db.ts';
import { gather } from '#kit/gather.ts';

export type SandboxOperation = 'startMethod' | 'getMethod' | 'createCharge' | 'confirmCharge' | 'getCharge' | 'refund';

export type SandboxOptions = {
  now: () => Temporal.Instant;
  /** Where the provider's pages are mounted, e.g. `http://localhost:8080/sandbox/provider`. */
  pagesUrl: string;
  /** Breaks the wire on purpose: asked before each operation with its key or reference. */
  fault?: (operation: SandboxOperation, subject: string) => SandboxFault | undefined;
  /** How late a slow answer comes. */
  slowMilliseconds?: number;
};

/** The sandbox as demos and specs use it: a payment provider, and a hand on its other side. */
export type SandboxProvider = PaymentProvider & {
  /** A valid method at once, without the page. `creditLeft` in minor units: only for the card with a credit limit. Answers its token. */
  registerTestMethod(
    card: SandboxCard,
    terms?: { expiresOn?: Temporal.PlainDate; creditLeft?: bigint },
  ): Promise<string>;
  /** The payer's bank takes a charge back. Answers the dispute's reference. */
  openDispute(chargeRef: string): Promise<string>;
};

/** A payment provider that says it is a fake: it keeps its own books in the schema `sandbox` and moves no real money. */
export function createSandboxProvider(db: Db, options: SandboxOptions): SandboxProvider {
  const { now } = options;
  const wire = brokenWire(options);
  const create = gather((requests: ChargeRequest[]) => createCharges(db, requests, now()), 500);
  const confirm = gather((refs: string[]) => confirmCharges(db, refs, options), 500);
  return {
    name: 'sandbox',
    kinds: ['card', 'paypal'],
    statementHours: 0,
    pageHours: 24,
    // Its books stand in the same database: there is one account, the installation's own.
    markAccount: async () => 'sandbox',
    hasMark: async (mark) => mark === 'sandbox',
    limits: () => ({ least: 1n, most: 99_999_999_999n }),
    startMethod: (request) =>
      wire('startMethod', String(request.methodId), async () => {
        checkReturnUrl(request);
        const ref = await startMethod(db, request, now());
        return { ref, url: `${options.pagesUrl}/methods/${ref}` };
      }),
    getMethod: (ref) => wire('getMethod', ref, async () => describeMethod(await readMethod(db, ref), utcToday(now()))),
    removeMethod: (token) => removeMethods(db, [token]),
    createCharge: (request) =>
      wire('createCharge', request.key, async () => {
        checkCharge(request);
        const ref = await create(request);
        return { ref, url: request.token === null ? `${options.pagesUrl}/charges/${ref}` : null };
      }),
    confirmCharge: (ref) => wire('confirmCharge', ref, async () => answered(await confirm(ref), options)),
    cancelCharge: async (ref) => {
      const cancelled = { ref, state: 'declined' as const, code: 'cancelled' };
      await applyDecisions(db, [cancelled], { at: now(), from: ['created', 'action_required'] });
      return outcomeOf(await readCharge(db, ref), options);
    },
    getCharge: (ref) => wire('getCharge', ref, () => describeCharge(db, ref, options)),
    findCharge: (key) => findCharge(db, key),
    refund: (request) =>
      wire('refund', request.key, async () => {
        checkRefund(request);
        return makeRefund(db, request, now());
      }),
    getRefund: async ({ ref }) => ({ state: await readRefund(db, ref) }),
    listMovements: async function* (from, to) {
      await clearDue(db, now());
      yield* readMovements(db, from, to);
    },
    registerTestMethod: (card, terms = {}) => {
      const { kind, limited } = cardTraits(card);
      const expiresOn = kind === 'card' ? (terms.expiresOn ?? utcToday(now()).add({ years: 3 })) : null;
      const creditLeft = limited ? (terms.creditLeft ?? defaultCredit) : null;
      return insertMethod(db, { card, expiresOn, creditLeft }, now());
    },
    openDispute: (chargeRef) => makeDispute(db, chargeRef, now()),
  };
}

/** The provider's own day: it lives in UTC. */
export function utcToday(at: Temporal.Instant): Temporal.PlainDate {
  return at.toZonedDateTimeISO('UTC').toPlainDate();
}

// Runs an operation over a wire that may break before it, after it, or be slow.
function brokenWire({ fault, slowMilliseconds = 2000 }: SandboxOptions) {
  return async <T>(operation: SandboxOperation, subject: string, work: () => Promise<T>): Promise<T> => {
    const broken = fault?.(operation, subject);
    if (broken === 'timeout_before') throw new ProviderUnavailable(`${operation}: no answer`);
    if (broken === 'slow') await delay(slowMilliseconds);
    const answer = await work();
    if (broken === 'timeout_after') throw new ProviderUnavailable(`${operation}: no answer`);
    return answer;
  };
}

async function answered({ outcome, fault }: Confirmed, { slowMilliseconds = 2000 }: SandboxOptions) {
  if (fault === 'slow') await delay(slowMilliseconds);
  if (fault === 'timeout_before' || fault === 'timeout_after')
    throw new ProviderUnavailable('confirmCharge: no answer');
  return outcome;
}

async function describeCharge(db: Db, ref: string, options: SandboxOptions) {
  let row = await readCharge(db, ref);
  if (row.state === 'pending') {
    await clearDue(db, options.now());
    row = await readCharge(db, ref);
  }
  const { amount, currency, owner, refunded } = row;
  return { outcome: outcomeOf(row, options), amount, currency, owner, refunded };
}

const maxAmount = 10n ** 15n;

// One bad request would break the statement it shares with others, so what the database would refuse is refused here.
function checkCharge(request: ChargeRequest): void {
  const { key, amount, currency, token, description, owner, returnUrl } = request;
  checkMoney(amount, currency);
  if (key === '' || [key, token ?? '', description, owner].some((text) => text.includes('\0') || text.length > 500)) {
    throw new ProviderRefused('bad_request', 'a text is empty or too long');
  }
  if (returnUrl !== undefined) checkReturnUrl({ returnUrl });
}

function checkRefund({ key, amount, currency }: RefundRequest): void {
  checkMoney(amount, currency);
  if (key === '') throw new ProviderRefused('bad_request', 'a refund needs a key');
}

function checkMoney(amount: bigint, currency: string): void {
  if (amount <= 0n || amount > maxAmount) throw new ProviderRefused('bad_request', 'the amount must be above 0');
  if (!/^[A-Z]{3}$/.test(currency)) throw new ProviderRefused('bad_request', 'the currency must be an ISO 4217 code');
}

function checkReturnUrl({ returnUrl }: Pick<MethodRequest, 'returnUrl'>): void {
  if (!/^https?:$/.test(URL.parse(returnUrl)?.protocol ?? '')) {
    throw new ProviderRefused('bad_request', 'the return address must be an http address');
  }
}
