import {
  type Capture,
  cash,
  type Dispute,
  type Order,
  type Refund,
  type Saved,
  type Setup,
  type State,
  stamp,
} from '#spec/fakes/paypal/_state.ts';

/** An order as PayPal describes it. */
export function showOrder(state: State, order: Order): object {
  const { id, intent, status, referenceId, amount, description, customId, invoiceId, captures, refunds } = order;
  const payments = {
    captures: captures.map((each) => showCapture(state, each)),
    ...(refunds.length > 0 ? { refunds: refunds.map((each) => showRefund(state, each)) } : {}),
  };
  const open = status === 'CREATED' || status === 'PAYER_ACTION_REQUIRED';
  return {
    id,
    intent,
    status,
    purchase_units: [
      {
        reference_id: referenceId,
        amount,
        payee: { merchant_id: 'SELLER' },
        description,
        custom_id: customId,
        invoice_id: invoiceId,
        ...(captures.length > 0 ? { payments } : {}),
      },
    ],
    create_time: stamp(order.at),
    links: [link(state, 'self', `/v2/checkout/orders/${id}`), ...(open ? [linkToPage(state, order)] : [])],
  };
}

/** PayPal calls the page `payer-action` once a payer is wanted, and `approve` before. */
export function linkToPage(state: State, { id, status }: Order): object {
  return link(state, status === 'CREATED' ? 'approve' : 'payer-action', `/checkoutnow?token=${id}`);
}

export function showCapture(state: State, capture: Capture): object {
  const { id, orderId, status, reason, amount, invoiceId, customId, at } = capture;
  return {
    id,
    status,
    ...(reason ? { status_details: { reason } } : {}),
    amount,
    final_capture: true,
    invoice_id: invoiceId,
    custom_id: customId,
    supplementary_data: { related_ids: { order_id: orderId } },
    create_time: stamp(at),
    update_time: stamp(at),
    links: [link(state, 'self', `/v2/payments/captures/${id}`), link(state, 'up', `/v2/checkout/orders/${orderId}`)],
  };
}

export function showRefund(state: State, { id, captureId, status, amount, customId, at }: Refund): object {
  return {
    id,
    status,
    amount,
    custom_id: customId,
    create_time: stamp(at),
    update_time: stamp(at),
    links: [link(state, 'self', `/v2/payments/refunds/${id}`), link(state, 'up', `/v2/payments/captures/${captureId}`)],
  };
}

export function showSetup(state: State, { id, status, customerId, merchantCustomerId }: Setup): object {
  const page = link(state, 'approve', `/agreements/approve?approval_session_id=${id}`);
  return {
    id,
    status,
    customer: { id: customerId, merchant_customer_id: merchantCustomerId },
    payment_source: { paypal: { usage_type: 'MERCHANT' } },
    links: [...(status === 'PAYER_ACTION_REQUIRED' ? [page] : []), link(state, 'self', `/v3/vault/setup-tokens/${id}`)],
  };
}

export function showSaved(state: State, { id, customerId, payer }: Saved): object {
  return {
    id,
    customer: { id: customerId },
    payment_source: { paypal: { email_address: `${payer}@payer.example`, usage_type: 'MERCHANT' } },
    links: [link(state, 'self', `/v3/vault/payment-tokens/${id}`)],
  };
}

export function showDispute(state: State, { id, captureId, amount, status, outcome, moved, at }: Dispute): object {
  const capture = state.captures.get(captureId) as Capture;
  const currency = capture.amount.currency_code;
  const told = moved.map(({ amount: each, type, reason }) => ({ amount: cash(each, currency), type, reason }));
  return {
    dispute_id: id,
    create_time: stamp(at),
    disputed_transactions: [{ seller_transaction_id: captureId, invoice_number: capture.invoiceId }],
    reason: 'UNAUTHORISED',
    status,
    dispute_amount: cash(amount, currency),
    dispute_life_cycle_stage: 'CHARGEBACK',
    ...(state.tellsFundMovements ? { fund_movements: told.map((each) => ({ party: 'SELLER', ...each })) } : {}),
    money_movements: told.map((each) => ({ affected_party: 'SELLER', ...each })),
    ...(outcome === null ? {} : { dispute_outcome: { outcome_code: outcome } }),
  };
}

function link(state: State, rel: string, path: string): { rel: string; href: string; method: string } {
  return { href: `${state.url()}${path}`, rel, method: 'GET' };
}
