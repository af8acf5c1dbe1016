import { Temporal } from 'temporal-polyfill';
import { showDispute } from '#spec/fakes/paypal/_show.ts';
import { cash, type Line, type State } from '#spec/fakes/paypal/_state.ts';
import { type Handler, json, refusal } from '#spec/fakes/paypal/_wire.ts';

export const listTransactions: Handler = (state, { url }) => {
  const get = (name: string) => url.searchParams.get(name) ?? '';
  const from = Temporal.Instant.from(get('start_date'));
  const to = Temporal.Instant.from(get('end_date'));
  if (to.since(from).total('hours') > 31 * 24 || to.since(from).total('seconds') < 0) {
    return refusal(400, 'INVALID_DATE_RANGE');
  }
  // Both ends belong to a search, which counts in seconds.
  const found = state.lines.filter(({ at }) => {
    const second = seconds(at);
    return second >= seconds(from) && second <= seconds(to);
  });
  if (found.length > state.searchLimit) return refusal(400, 'RESULTSET_TOO_LARGE');
  const size = Number(get('page_size') || 100);
  const page = Number(get('page') || 1);
  const totalPages = Math.max(1, Math.ceil(found.length / size));
  return json(200, {
    transaction_details: found.slice((page - 1) * size, page * size).map((line) => ({ transaction_info: show(line) })),
    account_number: 'SELLER',
    page,
    total_items: found.length,
    total_pages: totalPages,
  });
};

export const getDispute: Handler = (state, { ids }) => {
  const dispute = state.disputes.get(ids[0] ?? '');
  return dispute ? json(200, showDispute(state, dispute)) : refusal(404, 'INVALID_RESOURCE_ID');
};

export const listDisputes: Handler = (state, { url }) => {
  const captureId = url.searchParams.get('disputed_transaction_id');
  const found = [...state.disputes.values()].filter((each) => each.captureId === captureId);
  return json(200, { items: found.map((each) => showDispute(state, each)), links: [] });
};

/** The seller takes money to the bank. */
export function withdraw(state: State, id: string, { amount, currency }: { amount: bigint; currency: string }): void {
  const at = state.now();
  state.book.post({ reference: id, debit: 'seller', credit: 'bank', amount, currency, at });
  state.lines.push({
    id,
    code: 'T0400',
    amount: -amount,
    fee: 0n,
    currency,
    status: 'S',
    reference: null,
    invoiceId: '',
    customField: '',
    at,
  });
}

function show(line: Line): object {
  const { id, code, amount, fee, currency, status, reference, invoiceId, customField, at } = line;
  return {
    transaction_id: id,
    transaction_event_code: code,
    ...(reference ? { paypal_reference_id: reference.id, paypal_reference_id_type: reference.type } : {}),
    transaction_initiation_date: reportTime(at),
    transaction_updated_date: reportTime(at),
    transaction_amount: cash(amount, currency),
    ...(fee === 0n ? {} : { fee_amount: cash(fee, currency) }),
    transaction_status: status,
    ...(invoiceId === '' ? {} : { invoice_id: invoiceId }),
    ...(customField === '' ? {} : { custom_field: customField }),
  };
}

/** Reports write times in another form than the rest of the API: `2027-03-01T10:00:00+0000`. */
function reportTime(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'second' }).replace('Z', '+0000');
}

function seconds(at: Temporal.Instant): number {
  return Math.floor(at.epochMilliseconds / 1000);
}
