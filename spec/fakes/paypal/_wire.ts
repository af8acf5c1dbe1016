import type { IncomingMessage } from 'node:http';
import type { WireAnswer } from '#spec/fakes/faults.ts';
import type { State } from '#spec/fakes/paypal/_state.ts';

export type Asked = {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
  /** The parts of the path that a route leaves open. */
  ids: string[];
};

export type Json = { [name: string]: unknown };

export type Handler = (state: State, asked: Asked) => WireAnswer;

export function json(status: number, body: unknown): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: body === null ? '' : JSON.stringify(body) };
}

export function html(status: number, body: string, headers: Record<string, string> = {}): WireAnswer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body };
}

const names: Record<number, string> = {
  400: 'INVALID_REQUEST',
  401: 'AUTHENTICATION_FAILURE',
  404: 'RESOURCE_NOT_FOUND',
  409: 'RESOURCE_CONFLICT',
  422: 'UNPROCESSABLE_ENTITY',
  500: 'INTERNAL_SERVER_ERROR',
};

/** A refusal in PayPal's form. */
export function refusal(status: number, issue: string, links: object[] = []): WireAnswer {
  const name = names[status] ?? 'ERROR';
  return json(status, { name, message: name, debug_id: 'f4k3', details: [{ issue, description: issue }], links });
}

export function parse(asked: Asked): Json {
  return JSON.parse(asked.body || '{}') as Json;
}

/** The value under a path of names, or undefined. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? (inner as Json)[name] : undefined),
    value,
  );
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * Work under a PayPal-Request-Id: a known one is answered with how things stand now, whatever it asks this time; refusals
 * are not remembered. `make` does the work and answers the id of what it made, or a refusal; `show` describes it.
 */
export function keyed(
  state: State,
  asked: Asked,
  work: { keys: keyof State['keys']; make(): string | WireAnswer; show(id: string, status: number): WireAnswer },
): WireAnswer {
  const key = text(asked.headers['paypal-request-id']);
  if (key === '') return refusal(400, 'PAYPAL_REQUEST_ID_REQUIRED');
  if (key.length > 108) return refusal(400, 'INVALID_STRING_LENGTH');
  const found = state.keys[work.keys].begin(`${asked.url.pathname} ${key}`, '');
  if (found.state === 'known') return work.show(found.answer, 200);
  if (found.state !== 'new') return refusal(409, 'PREVIOUS_REQUEST_IN_PROGRESS');
  const made = work.make();
  if (typeof made !== 'string') {
    found.forget();
    return made;
  }
  found.keep(made);
  return work.show(made, 201);
}
