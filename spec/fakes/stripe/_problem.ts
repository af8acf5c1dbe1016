import type Stripe from 'stripe';

export type ProblemBody = {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  advice_code?: string;
  charge?: string;
  payment_intent?: Stripe.PaymentIntent;
  payment_method?: Stripe.PaymentMethod;
};

/** An error as Stripe answers it. `begun`: the endpoint had begun its work, so that its key remembers the error. */
export class StripeProblem extends Error {
  override readonly name = 'StripeProblem';
  readonly status: number;
  readonly body: ProblemBody;
  readonly begun: boolean;

  constructor(status: number, body: ProblemBody, { begun = true }: { begun?: boolean } = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.begun = begun;
  }
}

/** The request itself is wrong: nothing began. */
export function invalid(code: string, message: string, param?: string): StripeProblem {
  const body = { type: 'invalid_request_error' as const, code, message, ...(param && { param }) };
  return new StripeProblem(400, body, { begun: false });
}

/** An object in a state that does not allow it. */
export function unexpected(code: string, message: string, intent?: Stripe.PaymentIntent): StripeProblem {
  const body = { type: 'invalid_request_error' as const, code, message, ...(intent && { payment_intent: intent }) };
  return new StripeProblem(400, body);
}

/** Stripe has no such object. */
export function missing(what: string, id: string): StripeProblem {
  const message = `No such ${what}: '${id}'`;
  const body = { type: 'invalid_request_error' as const, code: 'resource_missing', message, param: what };
  return new StripeProblem(404, body, { begun: false });
}
