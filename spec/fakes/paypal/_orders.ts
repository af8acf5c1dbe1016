import type { WireAnswer } from '#spec/fakes/faults.ts';
import { tryCapture } from '#spec/fakes/paypal/_captures.ts';
import { showOrder } from '#spec/fakes/paypal/_show.ts';
import { type Cash, newId, type Order, type State, units, wholeCurrencies } from '#spec/fakes/paypal/_state.ts';
import {
  type Asked,
  at,
  type Handler,
  type Json,
  json,
  keyed,
  parse,
  refusal,
  text,
} from '#spec/fakes/paypal/_wire.ts';

// Orders nobody paid are gone after this.
const hoursToPay = 6;

export const createOrder: Handler = (state, asked) =>
  keyed(state, asked, {
    keys: 'orders',
    make: () => {
      const body = parse(asked);
      const problem = problemOf(body);
      if (problem) return refusal(problem === 'MISSING_REQUIRED_PARAMETER' ? 400 : 422, problem);
      const unit = at(body, 'purchase_units', 0);
      const source = at(body, 'payment_source', 'paypal');
      const order: Order = {
        id: newId(),
        intent: 'CAPTURE',
        status: source === undefined ? 'CREATED' : 'PAYER_ACTION_REQUIRED',
        referenceId: text(at(unit, 'reference_id')) || 'default',
        amount: at(unit, 'amount') as Cash,
        description: text(at(unit, 'description')),
        customId: text(at(unit, 'custom_id')),
        invoiceId: text(at(unit, 'invoice_id')),
        returnUrl: text(at(source, 'experience_context', 'return_url')),
        approvedBy: null,
        captures: [],
        refunds: [],
        at: state.now(),
      };
      state.orders.set(order.id, order);
      const vaultId = text(at(source, 'vault_id'));
      // In one step, as PayPal does it: whoever names a saved account here has charged it.
      const refused = vaultId === '' ? undefined : tryCapture(state, order, vaultId);
      return refused ?? order.id;
    },
    show: (id, status) => json(status, showOrder(state, state.orders.get(id) as Order)),
  });

export const getOrder: Handler = (state, { ids }) => {
  const order = findOrder(state, ids[0]);
  return order ? json(200, showOrder(state, order)) : refusal(404, 'INVALID_RESOURCE_ID');
};

export const patchOrder: Handler = (state, asked) => {
  const order = findOrder(state, asked.ids[0]);
  if (!order) return refusal(404, 'INVALID_RESOURCE_ID');
  if (order.status === 'COMPLETED') return refusal(422, 'ORDER_ALREADY_COMPLETED');
  const changes = JSON.parse(asked.body) as { op: string; path: string; value: string }[];
  const unit = `/purchase_units/@reference_id=='${order.referenceId}'`;
  const allowed = ['/intent', `${unit}/description`, `${unit}/custom_id`, `${unit}/invoice_id`];
  if (changes.some(({ op, path }) => op !== 'replace' || !allowed.includes(path))) {
    return refusal(422, 'INVALID_PATCH_OPERATION');
  }
  for (const { path, value } of changes) {
    if (path === '/intent') order.intent = value as Order['intent'];
    if (path.endsWith('/description')) order.description = value;
    if (path.endsWith('/custom_id')) order.customId = value;
    if (path.endsWith('/invoice_id')) order.invoiceId = value;
  }
  return json(204, null);
};

export const captureOrder: Handler = (state, asked) => {
  const order = findOrder(state, asked.ids[0]);
  if (!order) return refusal(404, 'INVALID_RESOURCE_ID');
  return keyed(state, asked, {
    keys: 'orders',
    make: () => mayCapture(order) ?? askedFor(asked) ?? tryCapture(state, order, vaultIdOf(asked)) ?? order.id,
    show: (_id, status) => json(status, showOrder(state, order)),
  });
};

/** Orders PayPal still knows: those that were paid, and for some hours those that were not. */
export function findOrder(state: State, id = ''): Order | undefined {
  const order = state.orders.get(id);
  if (!order || order.status === 'COMPLETED') return order;
  return state.now().since(order.at).total('hours') < hoursToPay ? order : undefined;
}

function mayCapture(order: Order): WireAnswer | undefined {
  if (order.status === 'COMPLETED') return refusal(422, 'ORDER_ALREADY_CAPTURED');
  if (order.intent !== 'CAPTURE') return refusal(422, 'ACTION_DOES_NOT_MATCH_INTENT');
  return undefined;
}

/** PayPal's sandbox refuses for whatever issue a test asks it to. */
function askedFor({ headers }: Asked): WireAnswer | undefined {
  const wanted = text(headers['paypal-mock-response']);
  if (wanted === '') return undefined;
  return refusal(422, text((JSON.parse(wanted) as Json)['mock_application_codes']));
}

function vaultIdOf(asked: Asked): string {
  return text(at(parse(asked), 'payment_source', 'paypal', 'vault_id'));
}

function problemOf(body: object): string | undefined {
  const unit = at(body, 'purchase_units', 0);
  const amount = at(unit, 'amount') as Cash | undefined;
  if (at(body, 'intent') !== 'CAPTURE' || !amount?.value) return 'MISSING_REQUIRED_PARAMETER';
  const decimals = amount.value.split('.')[1]?.length ?? 0;
  if (!/^\d+(\.\d+)?$/.test(amount.value) || units(amount) === 0n) return 'CANNOT_BE_ZERO_OR_NEGATIVE';
  if (decimals > 2) return 'DECIMAL_PRECISION';
  if (decimals > 0 && wholeCurrencies.has(amount.currency_code)) return 'DECIMALS_NOT_SUPPORTED';
  const limits = { reference_id: 256, description: 127, custom_id: 255, invoice_id: 127 };
  const long = Object.entries(limits).find(([name, limit]) => text(at(unit, name)).length > limit);
  return long ? 'INVALID_STRING_LENGTH' : undefined;
}
