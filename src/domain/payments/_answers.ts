import { refusePayment } from '#domain/payments/_refusals.ts';
import { ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';

/** What a person is told when the provider does not answer, or says no to the request itself. Everything else is a bug. */
export function toRefusal(error: unknown): never {
  if (error instanceof ProviderUnavailable) throw refusePayment('provider_unavailable');
  if (error instanceof ProviderRefused) throw refusePayment('provider_refused', { detail: error.message });
  throw error;
}

/** Does `work` for every item with at most `limit` calls under way, and answers in the order of the items. */
export async function inFlight<Item, Answer>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers = new Array<Answer>(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const at = next++;
      answers[at] = await work(items[at] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return answers;
}
