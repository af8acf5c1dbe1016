import { Temporal } from 'temporal-polyfill';
import { nextId, returnUrl } from '#adapters/payments/contract/_expect.ts';
import { visits } from '#adapters/payments/contract/_visit.ts';
import { createWire } from '#adapters/payments/contract/_wire.ts';
import { NotArranged, type Person, type ProviderWorld } from '#adapters/payments/contract/world.ts';
import { createPaypalProvider, type PaypalOptions } from '#adapters/payments/paypal.ts';
import type { PaymentProvider } from '#domain/payments/provider.ts';

/**
 * PayPal's sandbox, with the keys of an operator's sandbox app. PayPal saves an account only after a person agreed on its page,
 * so each one is used for as many steps as possible; refusals are asked for by PayPal's own header for negative tests
 * (developer.paypal.com/negative-testing/request-headers).
 */
export function createPaypalWorld(
  access: Pick<PaypalOptions, 'clientId' | 'clientSecret' | 'baseUrl'>,
  person: Person,
): ProviderWorld {
  const wire = createWire();
  const saved = new Set<string>();
  const now = () => Temporal.Now.instant();
  const paypal = createPaypalProvider({ ...access, environment: 'sandbox', now, fetch: wire.fetch });
  const provider = remembering(paypal, saved);
  const pages = visits(provider, { person, how: 'sign in as a personal account of your sandbox' });
  const register = async (): Promise<string> => {
    const asked = { customerId: nextId(), methodId: nextId(), kind: 'paypal', returnUrl } as const;
    const page = await provider.startMethod(asked);
    await pages.registerOn(page, 'paypal');
    const { token, state } = await provider.getMethod(page.ref);
    if (state !== 'valid') throw new Error(`the account that was registered is ${state}`);
    return token;
  };
  return {
    provider,
    token: async (behaviour, another) => {
      if (behaviour === 'asks_for_its_owner')
        throw new NotArranged('PayPal’s sandbox has no account that wants its owner at a later payment');
      const token = [...saved].find((each) => each !== another) ?? (await register());
      if (behaviour === 'succeeds') return token;
      const issue = behaviour === 'declines_softly' ? 'INSTRUMENT_DECLINED' : 'PAYER_ACCOUNT_LOCKED_OR_CLOSED';
      const wanted = JSON.stringify({ mock_application_codes: issue });
      wire.next(/\/capture$/, { header: ['paypal-mock-response', wanted] });
      return token;
    },
    loseAnswer: (when) => wire.next(/\/capture$/, { lost: when }),
    isStatementLate: true,
    ...pages,
  };
}

/** The same provider, which notes the accounts that are saved there. */
function remembering(provider: PaymentProvider, saved: Set<string>): PaymentProvider {
  return {
    ...provider,
    getMethod: async (ref) => {
      const method = await provider.getMethod(ref);
      if (method.state === 'valid') saved.add(method.token);
      return method;
    },
    removeMethod: async (token) => {
      await provider.removeMethod(token);
      saved.delete(token);
    },
  };
}
