import { setTimeout as delay } from 'node:timers/promises';
import Stripe from 'stripe';
import type { Temporal } from 'temporal-polyfill';
import { ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';

/** Everything an operation at Stripe needs. `now` is Stripe's time, `portalUrl` where payers go when nobody said where. */
export type StripeDesk = { stripe: Stripe; now: () => Temporal.Instant; portalUrl: string };

/** Stripe's definite no to one request. */
export type StripeNo = InstanceType<typeof Stripe.errors.StripeError>;

/**
 * Makes one call. What leaves the outcome open becomes ProviderUnavailable (R28), also a key that Stripe does not take: that
 * is our mistake and no customer's. A definite no is thrown as it came, to be explained by the caller. When Stripe says
 * that another request holds the same object or key, nothing was done and the call is repeated.
 */
export async function send<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeError)) throw error;
      if (isNo(error)) throw error;
      if (!isContention(error) || attempt === longestPatience) throw new ProviderUnavailable(`Stripe: ${told(error)}`);
      await delay(2 ** attempt * (40 + Math.random() * 20));
    }
  }
}

/** Every object of a list, newest first, page by page. */
export async function* listAll<T extends { id: string }>(
  page: (cursor: { limit: number; starting_after?: string }) => Promise<{ data: T[]; has_more: boolean }>,
): AsyncGenerator<T> {
  let cursor: { limit: number; starting_after?: string } = { limit: 100 };
  for (;;) {
    const { data, has_more } = await send(() => page(cursor));
    yield* data;
    const last = data.at(-1);
    if (!has_more || !last) return;
    cursor = { limit: 100, starting_after: last.id };
  }
}

/** Whether Stripe understood and did nothing: as opposed to a wire that broke, a limit, or a key it does not take. */
export function isNo(error: unknown): error is StripeNo {
  const { StripeCardError, StripeIdempotencyError, StripeInvalidRequestError } = Stripe.errors;
  return (
    error instanceof StripeCardError ||
    error instanceof StripeIdempotencyError ||
    error instanceof StripeInvalidRequestError
  );
}

/** The key was used before with other parameters. */
export function isKeyReused(error: StripeNo): boolean {
  return error instanceof Stripe.errors.StripeIdempotencyError;
}

/** Turns a no into the port's words: an object Stripe does not know, or a request it does not take. */
export function refusal(error: unknown, what: string): unknown {
  if (!isNo(error)) return error;
  if (error.statusCode === 404) return new ProviderRefused('unknown_reference', `no ${what}`);
  return new ProviderRefused('bad_request', told(error));
}

/** An object that was asked for in full. */
export function inFull<T extends object>(value: string | T | null | undefined): T | null {
  if (typeof value === 'string') throw new Error(`Stripe answered ${value} where the whole object was asked for`);
  return value ?? null;
}

/** The id of an object, whether it was given in full or not. */
export function idOf(value: string | { id: string } | null | undefined): string | null {
  return typeof value === 'string' ? value : (value?.id ?? null);
}

// 40 ms doubled six times: some 4 seconds, within the lease of a charge.
const longestPatience = 6;

function isContention(error: StripeNo): boolean {
  return error.statusCode === 409 || error.statusCode === 429;
}

function told({ type, code, message, requestId }: StripeNo): string {
  return [code ?? type, message, requestId].filter(Boolean).join(', ');
}
