import type { Person, ProviderWorld } from '#adapters/payments/contract/world.ts';
import { type PaymentProvider, ProviderUnavailable } from '#domain/payments/provider.ts';

/** Both sides of the provider's pages, with a person before the screen; the provider itself tells when they are done. */
export function visits(
  provider: PaymentProvider,
  { person, how }: { person: Person; how: string },
): Pick<ProviderWorld, 'registerOn' | 'payOn'> {
  return {
    registerOn: ({ ref, url }, kind) => {
      const isDone = async () => (await provider.getMethod(ref)).state !== 'pending';
      return person.visit(
        { what: `Register a ${kind === 'card' ? 'card' : 'PayPal account'} (${how})`, url },
        asked(isDone),
      );
    },
    payOn: async ({ ref, url }) => {
      const isDecided = async () => ['succeeded', 'declined'].includes((await provider.getCharge(ref)).outcome.state);
      // A page whose charge is decided takes nothing any more: that is the provider's own word, nobody need try.
      if (await isDecided()) return false;
      await person.visit({ what: `Pay 36.48 euro (${how})`, url }, asked(isDecided));
      return (await provider.getCharge(ref)).outcome.state === 'succeeded';
    },
  };
}

/** Without an answer it is not done yet. */
function asked(isDone: () => Promise<boolean>): () => Promise<boolean> {
  return async () => {
    try {
      return await isDone();
    } catch (error) {
      if (error instanceof ProviderUnavailable) return false;
      throw error;
    }
  };
}
