import { after } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { providerContract } from '#spec/contracts/provider.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';

const now = () => Temporal.Now.instant();
const paypal = await startFakePaypal({ now, latencyMilliseconds: 1 });
after(() => paypal.close());
const { clientId, clientSecret, url: baseUrl } = paypal;
const provider = createPaypalProvider({ clientId, clientSecret, environment: 'sandbox', baseUrl, now });

providerContract({
  provider,
  token: async (behaviour) => {
    const payers = {
      succeeds: 'pays',
      declines_softly: 'lacks_funds',
      declines_hard: 'is_locked',
      asks_for_its_owner: 'must_be_asked',
    } as const;
    return paypal.save(payers[behaviour]);
  },
  registerOn: async ({ url }) => void (await paypal.visit(url)),
  payOn: ({ url }) => paypal.visit(url),
  loseAnswer: (when) => paypal.faults.once('captureOrder', `reset_${when}`),
});
