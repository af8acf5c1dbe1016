import { randomUUID } from 'node:crypto';
import { type ChargeRequest, ProviderRefused } from '#domain/payments/provider.ts';

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

export const refusedWith = (code: string) => (error: unknown) =>
  error instanceof ProviderRefused && error.code === code;
