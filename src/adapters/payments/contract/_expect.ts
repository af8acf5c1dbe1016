import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import type { ProviderWorld } from '#adapters/payments/contract/world.ts';
import {
  type ChargeRequest,
  type Outcome,
  type PaymentProvider,
  type ProviderMovement,
  type ProviderRefusal,
  ProviderRefused,
  ProviderUnavailable,
} from '#domain/payments/provider.ts';

/** Where payers are sent back to; nobody serves it. */
export const returnUrl = 'https://portal.example/done';

let lastId = BigInt(Date.now());
/** A number no customer and no method of an installation has. */
export function nextId(): bigint {
  lastId += 1n;
  return lastId;
}

/** A charge of 36.48 euro under a new key. */
export function chargeOn(token: string | null, change: Partial<ChargeRequest> = {}): ChargeRequest {
  return {
    key: `charge-${randomUUID()}`,
    amount: 36_48n,
    currency: 'EUR',
    token,
    description: 'Fattura 2027/17',
    owner: 'customer-7',
    returnUrl,
    ...change,
  };
}

/** What was found is exactly what the contract expects. */
export function expectSame(what: string, found: unknown, expected: unknown): void {
  assert.deepEqual(found, expected, what);
}

/** The provider says a definite no, with this code. */
export async function expectRefusal(what: string, work: Promise<unknown>, code: ProviderRefusal): Promise<void> {
  expectSame(what, await answerTo(work), code);
}

/** Why the provider said no, or `taken`. */
export async function answerTo(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'taken';
  } catch (error) {
    if (error instanceof ProviderRefused) return error.code;
    throw error;
  }
}

/** Asks again while there is no answer, as the worker would, but not for ever: a crowd may be more than a provider takes at once. */
export async function insistently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ProviderUnavailable) || attempt === 5) throw error;
    }
  }
}

/** On the provider's statement stand exactly these lines of a charge or refund, each as kind and amount. */
export async function expectMoved(
  { provider, isStatementLate }: ProviderWorld,
  ref: string,
  lines: readonly [ProviderMovement['kind'], bigint][],
): Promise<void> {
  if (isStatementLate) return;
  const found = (await movementsOf(provider, ref)).map(({ kind, amount, currency }) => [kind, amount, currency]);
  expectSame(
    `what stands on the statement for ${ref}`,
    found,
    lines.map(([kind, amount]) => [kind, amount, 'EUR']),
  );
}

/** The lines of the last hours that name this charge or refund. */
export async function movementsOf(provider: PaymentProvider, ref: string): Promise<ProviderMovement[]> {
  const found: ProviderMovement[] = [];
  const now = Temporal.Now.instant();
  for await (const movement of provider.listMovements(now.subtract({ hours: 4 }), now.add({ hours: 4 }))) {
    if (movement.ref === ref) found.push(movement);
  }
  return found;
}

/** A charge made and confirmed, and what came of it. */
export async function chargeNow(
  { provider }: ProviderWorld,
  token: string,
): Promise<{ ref: string; outcome: Outcome }> {
  const { ref } = await provider.createCharge(chargeOn(token));
  return { ref, outcome: await provider.confirmCharge(ref) };
}
