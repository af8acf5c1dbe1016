import { randomUUID } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import {
  type ChargeRequest,
  type MethodKind,
  type PaymentProvider,
  type ProviderMovement,
  ProviderRefused,
} from '#domain/payments/provider.ts';

/** A registered method as the tests want it, by how its owner's bank behaves. */
export type Behaviour = 'succeeds' | 'declines_softly' | 'declines_hard' | 'asks_for_its_owner';

/** What a provider's suite must bring: the provider, and a hand on its other side. */
export type ProviderWorld = {
  provider: PaymentProvider;
  /** A valid token of a method that behaves so. */
  token(behaviour: Behaviour): Promise<string>;
  /** The customer goes to the provider's page and registers something that works. */
  registerOn(url: string, kind: MethodKind): Promise<void>;
  /** The payer goes to the provider's page and pays, or confirms; false when the page does not let them. */
  payOn(url: string): Promise<boolean>;
  /** The next confirmation loses its answer, before or after the work is done. */
  loseAnswer(when: 'before' | 'after'): void;
};

export type World = () => Promise<ProviderWorld>;

let lastId = BigInt(Date.now());
export const nextId = () => ++lastId;

export function request(token: string | null, change: Partial<ChargeRequest> = {}): ChargeRequest {
  return {
    key: `charge-${randomUUID()}`,
    amount: 36_48n,
    currency: 'EUR',
    token,
    description: 'Fattura 2027/17',
    owner: 'customer-7',
    returnUrl: 'https://portal.example/done',
    ...change,
  };
}

export async function movementsOf(provider: PaymentProvider, ref: string): Promise<ProviderMovement[]> {
  const found: ProviderMovement[] = [];
  const now = Temporal.Now.instant();
  for await (const movement of provider.listMovements(now.subtract({ hours: 24 }), now.add({ hours: 24 }))) {
    if (movement.ref === ref) found.push(movement);
  }
  return found;
}

export const refusedWith = (code: string) => (error: unknown) =>
  error instanceof ProviderRefused && error.code === code;
