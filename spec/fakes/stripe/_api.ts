import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { WireAnswer } from '#spec/fakes/faults.ts';
import { createIdempotency, type Remembered } from '#spec/fakes/idempotency.ts';
import { decodeForm, type Form, list } from '#spec/fakes/stripe/_form.ts';
import { type ProblemBody, StripeProblem } from '#spec/fakes/stripe/_problem.ts';
import { checkParams, type Route, routes } from '#spec/fakes/stripe/_routes.ts';
import { expand, type State } from '#spec/fakes/stripe/_state.ts';
import { fakeApiVersion } from '#spec/fakes/stripe/_webhooks.ts';

/** A request as it came in. */
export type Received = { request: IncomingMessage; url: URL; body: string };

/** A request understood: its operation, its work, and how it fails inside. */
export type Call = {
  operation: string;
  /** `failing`: the work is done, and then answered with a 500 that its key remembers. */
  work(how: { failing: boolean }): Promise<WireAnswer>;
  failure(begun: boolean): WireAnswer;
};

export type Api = { receive(received: Received): Call; requests(): ReadonlyMap<string, number> };

/** Stripe's API: keys for 24 hours, one request at a time for an object, errors in Stripe's words. */
export function createApi(
  state: State,
  { secretKey, latencyMilliseconds }: { secretKey: string; latencyMilliseconds: number },
): Api {
  const keys = createIdempotency<WireAnswer>({ now: state.now, hours: 24 });
  // The library makes a key for each request without one, and uses it within a second or never.
  const passingKeys = createIdempotency<WireAnswer>({ now: state.now, hours: 24, limit: 2000 });
  const counts = new Map<string, number>();
  const busy = new Set<string>();
  const perform = async (call: Known): Promise<WireAnswer> => {
    const held = call.route.method === 'POST' && call.id !== '' ? call.id : undefined;
    if (held !== undefined && busy.has(held)) throw locked;
    if (held !== undefined) busy.add(held);
    try {
      await delay(latencyMilliseconds);
      const made = call.route.run(state, call.form, call.id);
      return json(200, expand(state, made, list(call.form, 'expand').map(String)));
    } finally {
      if (held !== undefined) busy.delete(held);
    }
  };
  return {
    requests: () => counts,
    receive: ({ request, url, body }) => {
      const { method = 'GET', headers } = request;
      const found = findRoute(method, url.pathname);
      const operation = found?.route.operation ?? 'unknown';
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      const answer = async (failing: boolean) => {
        checkCaller(headers, secretKey);
        if (!found) throw new StripeProblem(404, unknownUrl(method, url), { begun: false });
        const form = decodeForm(method === 'POST' ? body : url.search.slice(1));
        checkParams(found.route, form);
        const call = { ...found, form };
        const key = headers['idempotency-key'];
        if (method !== 'POST' || typeof key !== 'string') return perform(call);
        const store = key.startsWith('stripe-node-retry-') ? passingKeys : keys;
        return once(store.begin(key, `${method} ${url.pathname} ${body}`), () => perform(call), failing);
      };
      return {
        operation,
        failure: () => failure,
        work: ({ failing }) => answer(failing).catch((error: unknown) => toAnswer(error)),
      };
    },
  };
}

type Known = { route: Route; id: string; form: Form };

/** Does the work unless its key is known. What went wrong before the work began is not remembered. */
async function once(remembered: Remembered<WireAnswer>, work: () => Promise<WireAnswer>, failing: boolean) {
  switch (remembered.state) {
    case 'changed':
      throw new StripeProblem(400, {
        type: 'idempotency_error',
        message: 'Keys for idempotent requests can only be used with the same parameters they were first used with.',
      });
    case 'running':
      throw new StripeProblem(409, {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: 'There is currently another in-progress request using this Idempotent Key.',
      });
    case 'known':
      return { ...remembered.answer, headers: { ...remembered.answer.headers, 'idempotent-replayed': 'true' } };
    case 'new': {
      const answer = await work().catch((error: unknown) => {
        if (!(error instanceof StripeProblem) || !error.begun) remembered.forget();
        else remembered.keep(toAnswer(error));
        throw error;
      });
      remembered.keep(failing ? failure : answer);
      return answer;
    }
  }
}

function findRoute(method: string, path: string): { route: Route; id: string } | undefined {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, id: match[1] ?? '' };
  }
  return undefined;
}

function checkCaller(headers: IncomingMessage['headers'], secretKey: string): void {
  if (headers.authorization !== `Bearer ${secretKey}`) {
    const body = { type: 'invalid_request_error' as const, message: 'Invalid API Key provided: sk_test_***' };
    throw new StripeProblem(401, body, { begun: false });
  }
  if (headers['stripe-version'] !== fakeApiVersion) {
    const message = `This fake speaks version ${fakeApiVersion}, not ${headers['stripe-version']}`;
    throw new StripeProblem(400, { type: 'invalid_request_error', message }, { begun: false });
  }
}

const locked = new StripeProblem(
  429,
  {
    type: 'invalid_request_error',
    code: 'lock_timeout',
    message: 'This object cannot be accessed right now because another API request is accessing it.',
  },
  { begun: false },
);

const failure = problem(500, { type: 'api_error', message: 'An error occurred on our side.' });

function unknownUrl(method: string, url: URL): ProblemBody {
  return { type: 'invalid_request_error', message: `Unrecognized request URL (${method}: ${url.pathname}).` };
}

function toAnswer(error: unknown): WireAnswer {
  if (error instanceof StripeProblem) return problem(error.status, error.body);
  throw error;
}

function problem(status: number, error: ProblemBody): WireAnswer {
  return json(status, { error });
}

function json(status: number, body: unknown): WireAnswer {
  const headers = {
    'content-type': 'application/json',
    'request-id': `req_${randomBytes(7).toString('hex')}`,
    'stripe-version': fakeApiVersion,
  };
  return { status, headers, body: JSON.stringify(body) };
}
