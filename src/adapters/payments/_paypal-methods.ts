import {
  ExperienceContextShippingPreference,
  type PaymentTokenResponse,
  PaypalPaymentTokenUsageType,
  UsagePattern,
  VaultTokenRequestType,
  VaultUserAction,
} from '@paypal/paypal-server-sdk';
import { PaypalNo } from '#adapters/payments/_paypal-client.ts';
import type { PaypalDesk } from '#adapters/payments/_paypal-desk.ts';
import { pageOf } from '#adapters/payments/_paypal-outcomes.ts';
import { type MethodDetails, type MethodRequest, ProviderRefused } from '#domain/payments/provider.ts';

/**
 * Asks PayPal for the page on which a payer lets us charge their account. The reference names the registration, which
 * PayPal keeps for three days, and the customer it opened for it, which stays: each registration is a customer of its own
 * at PayPal, so that what is saved under it is this method and no other.
 */
export async function startMethod({ call }: PaypalDesk, request: MethodRequest): Promise<{ ref: string; url: string }> {
  const { kind, methodId, returnUrl } = request;
  if (kind !== 'paypal') throw new ProviderRefused('bad_request', 'PayPal registers PayPal accounts only');
  const made = await refused(
    'bad_request',
    call(({ vault }) =>
      vault.createSetupToken({ paypalRequestId: `method-${methodId}`, body: setupOf(methodId, returnUrl) }),
    ),
  );
  const url = pageOf(made.links as { rel: string; href: string }[]);
  if (!made.id || !made.customer?.id || url === null) throw new Error('PayPal made a registration without a page');
  return { ref: `${made.id}.${made.customer.id}`, url };
}

/** What became of a registration: saved as soon as its payer agreed and we ask; gone when the payer took it back. */
export async function getMethod(desk: PaypalDesk, ref: string): Promise<MethodDetails> {
  const [setupId, customerId, more] = ref.split('.');
  if (!setupId || !customerId || more !== undefined) {
    throw new ProviderRefused('unknown_reference', `${ref} is no registration at PayPal`);
  }
  const saved = await findSaved(desk, customerId);
  if (saved) return details('valid', saved);
  const setup = await known(desk.call(({ vault }) => vault.getSetupToken(setupId)));
  if (setup === null) return details('failed');
  if (setup.status === 'APPROVED') return details('valid', (await save(desk, setupId)).id);
  return details(setup.status === 'VAULTED' || setup.status === 'TOKENIZED' ? 'removed' : 'pending');
}

/** Makes PayPal forget a saved account; one that is gone already stays gone. */
export async function removeMethod({ call }: PaypalDesk, token: string): Promise<void> {
  await known(call(({ vault }) => vault.deletePaymentToken(token)));
}

function setupOf(methodId: bigint, returnUrl: string) {
  return {
    customer: { merchantCustomerId: `method-${methodId}` },
    paymentSource: {
      paypal: {
        usageType: PaypalPaymentTokenUsageType.Merchant,
        usagePattern: UsagePattern.RecurringPostpaid,
        // One person may pay for several of our customers.
        permitMultiplePaymentTokens: true,
        experienceContext: {
          returnUrl,
          cancelUrl: returnUrl,
          userAction: VaultUserAction.SetupNow,
          shippingPreference: ExperienceContextShippingPreference.NoShipping,
        },
      },
    },
  };
}

async function findSaved({ call }: PaypalDesk, customerId: string): Promise<string | undefined> {
  const list = await known(call(({ vault }) => vault.listCustomerPaymentTokens({ customerId })));
  return list?.paymentTokens?.find((each) => each.paymentSource?.paypal)?.id;
}

function save({ call }: PaypalDesk, setupId: string): Promise<PaymentTokenResponse> {
  const body = { paymentSource: { token: { id: setupId, type: VaultTokenRequestType.SetupToken } } };
  return refused(
    'bad_request',
    call(({ vault }) => vault.createPaymentToken({ paypalRequestId: `save-${setupId}`, body })),
  );
}

function details(state: MethodDetails['state'], token = ''): MethodDetails {
  return { state, kind: 'paypal', brand: 'PayPal', lastFour: '', expiresOn: null, token };
}

/** The answer, or null when PayPal does not know what was asked for. */
async function known<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PaypalNo && error.status === 404) return null;
    if (error instanceof PaypalNo) throw new ProviderRefused('bad_request', error.message);
    throw error;
  }
}

async function refused<T>(code: 'bad_request', answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof PaypalNo) throw new ProviderRefused(code, error.message);
    throw error;
  }
}
