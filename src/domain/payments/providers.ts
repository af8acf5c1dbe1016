import { refusePayment } from '#domain/payments/_refusals.ts';
import type { MethodKind, PaymentProvider, ProviderName } from '#domain/payments/provider.ts';
import type { Tx } from '#kit/db.ts';

/** The providers this installation talks to, by name. */
export type Providers = { readonly [name in ProviderName]?: PaymentProvider };

/** Runs a transaction as whoever acts: one customer's through row-level security, or the system's. */
export type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Where acts happen that speak with a provider between two transactions, never inside one (rule 4). */
export type PaymentDesk = { transact: Transact; providers: Providers };

/** The provider of this name. Refuses `provider_missing` when this installation does not use it. */
export function getProvider(providers: Providers, name: ProviderName): PaymentProvider {
  const provider = providers[name];
  if (!provider) throw refusePayment('provider_missing', { detail: `Payments by ${name} are not set up here.` });
  return provider;
}

/** The provider that takes this kind of method (R31). Refuses `provider_missing`. */
export function providerFor(providers: Providers, kind: MethodKind): PaymentProvider {
  const provider = Object.values(providers).find((each) => each.kinds.includes(kind));
  if (!provider) throw refusePayment('provider_missing', { detail: `Payments by ${kind} are not set up here.` });
  return provider;
}
