import type { Temporal } from 'temporal-polyfill';
import type { PaypalCall } from '#adapters/payments/_paypal-client.ts';
import type { PaidDay } from '#adapters/payments/_paypal-paid.ts';

/** Everything an operation at PayPal needs. */
export type PaypalDesk = {
  call: PaypalCall;
  now: () => Temporal.Instant;
  /** Orders by the key they were made with, as far as this process remembers. */
  keys: Map<string, string>;
  /** Calls of this process that are under way: of two of a kind PayPal would refuse the second. */
  underWay: Map<string, Promise<unknown>>;
  /** The days of the statement that were read a moment ago. */
  paid: Map<string, PaidDay>;
};

/** Does the work, or waits for the same work that is under way already. */
export function once<T>({ underWay }: PaypalDesk, name: string, work: () => Promise<T>): Promise<T> {
  const running = underWay.get(name) as Promise<T> | undefined;
  if (running) return running;
  const started = work().finally(() => underWay.delete(name));
  underWay.set(name, started);
  return started;
}
