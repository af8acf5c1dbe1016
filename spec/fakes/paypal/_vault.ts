import { showSaved, showSetup } from '#spec/fakes/paypal/_show.ts';
import { newId, type Saved, type Setup, type State } from '#spec/fakes/paypal/_state.ts';
import { at, type Handler, json, keyed, parse, refusal, text } from '#spec/fakes/paypal/_wire.ts';
import type { Payer } from '#spec/fakes/paypal/payers.ts';

const daysToAgree = 3;

export const createSetup: Handler = (state, asked) =>
  keyed(state, asked, {
    keys: 'vault',
    make: () => {
      const body = parse(asked);
      const wallet = at(body, 'payment_source', 'paypal');
      if (at(wallet, 'usage_type') !== 'MERCHANT') return refusal(400, 'MISSING_REQUIRED_PARAMETER');
      const setup: Setup = {
        id: newId(),
        status: 'PAYER_ACTION_REQUIRED',
        customerId: newId().slice(0, 10),
        merchantCustomerId: text(at(body, 'customer', 'merchant_customer_id')),
        payer: null,
        returnUrl: text(at(wallet, 'experience_context', 'return_url')),
        at: state.now(),
      };
      state.setups.set(setup.id, setup);
      return setup.id;
    },
    show: (id, status) => json(status, showSetup(state, state.setups.get(id) as Setup)),
  });

export const getSetup: Handler = (state, { ids }) => {
  const setup = findSetup(state, ids[0]);
  return setup ? json(200, showSetup(state, setup)) : refusal(404, 'TOKEN_NOT_FOUND');
};

export const createSaved: Handler = (state, asked) =>
  keyed(state, asked, {
    keys: 'vault',
    make: () => {
      const token = at(parse(asked), 'payment_source', 'token');
      const setup = at(token, 'type') === 'SETUP_TOKEN' ? findSetup(state, text(at(token, 'id'))) : undefined;
      if (!setup) return refusal(404, 'TOKEN_NOT_FOUND');
      if (setup.status !== 'APPROVED' || !setup.payer) return refusal(422, 'SETUP_TOKEN_NOT_APPROVED');
      setup.status = 'VAULTED';
      return saveAccount(state, setup.payer, setup.customerId).id;
    },
    // One that was deleted meanwhile does not come back.
    show: (id, status) => {
      const saved = state.saved.get(id);
      return saved ? json(status, showSaved(state, saved)) : refusal(404, 'TOKEN_NOT_FOUND');
    },
  });

export const listSaved: Handler = (state, { url }) => {
  const customerId = url.searchParams.get('customer_id');
  const found = [...state.saved.values()].filter((each) => each.customerId === customerId);
  return json(200, { customer: { id: customerId }, payment_tokens: found.map((each) => showSaved(state, each)) });
};

export const getSaved: Handler = (state, { ids }) => {
  const saved = state.saved.get(ids[0] ?? '');
  return saved ? json(200, showSaved(state, saved)) : refusal(404, 'TOKEN_NOT_FOUND');
};

export const deleteSaved: Handler = (state, { ids }) => {
  forgetAccount(state, ids[0] ?? '');
  return json(204, null);
};

/** An account whose owner has agreed, without the page. */
export function saveAccount(state: State, payer: Payer, customerId = newId().slice(0, 10)): Saved {
  const saved = { id: newId().toLowerCase(), customerId, payer };
  state.saved.set(saved.id, saved);
  state.emit('VAULT.PAYMENT-TOKEN.CREATED', 'payment_token', showSaved(state, saved));
  return saved;
}

/** The seller, or the payer in their own PayPal, takes the consent back. */
export function forgetAccount(state: State, id: string): void {
  const saved = state.saved.get(id);
  if (!saved) return;
  state.saved.delete(id);
  state.emit('VAULT.PAYMENT-TOKEN.DELETED', 'payment_token', showSaved(state, saved));
}

/** Registrations PayPal still knows. */
export function findSetup(state: State, id = ''): Setup | undefined {
  const setup = state.setups.get(id);
  return setup && state.now().since(setup.at).total('hours') < 24 * daysToAgree ? setup : undefined;
}
