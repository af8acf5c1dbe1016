import type { Temporal } from 'temporal-polyfill';
import type { MethodKind, ProviderName } from '#domain/payments/provider.ts';

export type MethodState = 'pending' | 'valid' | 'expired' | 'failed' | 'removed';

/** A row of payment_methods; `token` is the provider's and worthless to anybody else (P10). */
export type Method = {
  customerId: bigint;
  methodId: bigint;
  provider: ProviderName;
  kind: MethodKind;
  state: MethodState;
  providerRef: string;
  token: string;
  brand: string;
  lastFour: string;
  expiresOn: Temporal.PlainDate | null;
  isDefault: boolean;
  backupRank: number | null;
};
