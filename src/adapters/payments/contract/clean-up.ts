import type { ProviderWorld } from '#adapters/payments/contract/world.ts';
import type { ChargeRequest, PaymentProvider } from '#domain/payments/provider.ts';

/** What cleaning up did; `left` names what stayed, each with the reason. */
export type CleanUp = { refunded: number; cancelled: number; removed: number; left: string[] };

/** The same world, of which everything is noted that was charged and registered, to be given back and removed at the end. */
export function keepTrack(world: ProviderWorld): { world: ProviderWorld; cleanUp(): Promise<CleanUp> } {
  const charges = new Map<string, ChargeRequest>();
  const tokens = new Set<string>();
  const { provider } = world;
  const tracked: PaymentProvider = {
    ...provider,
    createCharge: async (request) => {
      const made = await provider.createCharge(request);
      charges.set(made.ref, request);
      return made;
    },
    getMethod: async (ref) => {
      const method = await provider.getMethod(ref);
      if (method.state === 'valid') tokens.add(method.token);
      return method;
    },
    removeMethod: async (token) => {
      await provider.removeMethod(token);
      tokens.delete(token);
    },
  };
  const token: ProviderWorld['token'] = async (behaviour, another) => {
    const made = await world.token(behaviour, another);
    tokens.add(made);
    return made;
  };
  return { world: { ...world, provider: tracked, token }, cleanUp: () => cleanUp(provider, charges, tokens) };
}

async function cleanUp(
  provider: PaymentProvider,
  charges: ReadonlyMap<string, ChargeRequest>,
  tokens: ReadonlySet<string>,
): Promise<CleanUp> {
  const done: CleanUp = { refunded: 0, cancelled: 0, removed: 0, left: [] };
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      done.left.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const [ref, { key }] of charges) {
    await attempt(`charge ${ref}`, async () => {
      const { outcome, amount, refunded, currency } = await provider.getCharge(ref);
      if (outcome.state === 'succeeded' && amount > refunded) {
        await provider.refund({ key: `clean-${key}`, chargeRef: ref, amount: amount - refunded, currency });
        done.refunded++;
      } else if (outcome.state === 'pending' || outcome.state === 'action_required') {
        await provider.cancelCharge(ref);
        done.cancelled++;
      }
    });
  }
  for (const token of tokens) {
    await attempt(`method ${token}`, async () => {
      await provider.removeMethod(token);
      done.removed++;
    });
  }
  return done;
}
