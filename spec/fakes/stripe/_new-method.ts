import type Stripe from 'stripe';
import type { TestCard } from '#spec/fakes/stripe/_cards.ts';
import { newId, type State, seconds } from '#spec/fakes/stripe/_state.ts';

export type CardDraft = { card: TestCard; expYear: number; expMonth: number; customer: string | null };

/** A card as Stripe keeps it, with its bank behind it. */
export function newMethod(state: State, { card, expYear, expMonth, customer }: CardDraft): Stripe.PaymentMethod {
  const { brand, last4, ...behaviour } = card;
  const id = newId('pm');
  state.banks.set(id, behaviour);
  return state.methods.add({
    id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'IT',
      display_brand: brand,
      exp_month: expMonth,
      exp_year: expYear,
      fingerprint: newId('fp').slice(3, 19),
      funding: 'credit',
      generated_from: null,
      last4,
      networks: { available: [brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: seconds(state),
    customer,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  });
}

/** A registration that waits for its card. */
export function newSetup(state: State, customer: string | null, metadata: Record<string, string>): Stripe.SetupIntent {
  const id = newId('seti');
  return state.setups.add({
    id,
    object: 'setup_intent',
    allowed_payment_method_types: ['card'],
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${newId('x').slice(2)}`,
    created: seconds(state),
    customer,
    description: null,
    excluded_payment_method_types: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: 'off_session',
  });
}

/** Our customer at Stripe. */
export function newCustomer(state: State, metadata: Record<string, string>): Stripe.Customer {
  return state.customers.add({
    id: newId('cus'),
    object: 'customer',
    address: null,
    balance: 0,
    created: seconds(state),
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: newId('x').slice(2, 10).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata,
    name: null,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  });
}
