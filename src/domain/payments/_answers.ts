import { refusePayment } from '#domain/payments/_refusals.ts';
import { ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';

/** What a person is told when the provider does not answer, or says no to the request itself. Everything else is a bug. */
export function toRefusal(error: unknown): never {
  if (error instanceof ProviderUnavailable) throw refusePayment('provider_unavailable');
  if (error instanceof ProviderRefused) throw refusePayment('provider_refused', { detail: error.message });
  throw error;
}
