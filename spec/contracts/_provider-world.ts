import { randomUUID } from 'node:crypto';
import { type ChargeRequest, ProviderRefused } from '#domain/payments/provider.ts';

// Far from those the contract counts for itself.
let lastId = BigInt(Date.now()) * 1_000n;
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

export const refusedWith = (code: string) => (error: unknown) =>
  error instanceof ProviderRefused && error.code === code;
