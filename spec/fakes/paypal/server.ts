import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Temporal } from 'temporal-polyfill';
import type { Book } from '#spec/fakes/book.ts';
import { answerUnder, createFaults, type Faults, type WireAnswer } from '#spec/fakes/faults.ts';
import { createMailbag, type Mail, type Mailbag } from '#spec/fakes/mailbag.ts';
import { settlePending } from '#spec/fakes/paypal/_captures.ts';
import { appealDispute, openDispute, resolveDispute } from '#spec/fakes/paypal/_disputes.ts';
import { settleRefunds } from '#spec/fakes/paypal/_refunds.ts';
import { withdraw } from '#spec/fakes/paypal/_reports.ts';
import { findRoute, type Route } from '#spec/fakes/paypal/_routes.ts';
import { createState, newId, type State, stamp } from '#spec/fakes/paypal/_state.ts';
import { forgetAccount, saveAccount } from '#spec/fakes/paypal/_vault.ts';
import { type Asked, refusal } from '#spec/fakes/paypal/_wire.ts';
import type { Payer } from '#spec/fakes/paypal/payers.ts';
import { createSigners, type Signers, signWebhook } from '#spec/fakes/paypal/webhooks.ts';
import type { Random } from '#spec/fakes/random.ts';

export type FakePaypalOptions = {
  now: () => Temporal.Instant;
  random?: Random;
  /** How long each answer takes. */
  latencyMilliseconds?: number;
  slowMilliseconds?: number;
  /** False: nothing is told by webhook, and a long run keeps no letters nobody fetches. */
  webhooks?: boolean;
};

/** A PayPal of our own on loopback, and a hand on its other side. */
export type FakePaypal = {
  url: string;
  clientId: string;
  clientSecret: string;
  webhookId: string;
  /** The sign-ins that still hold. */
  tokens: Set<string>;
  faults: Faults;
  book: Book;
  /** Webhooks on their way to the seller. */
  post: Mailbag;
  signers: Signers;
  /** Its memory, to look into and to set limits. */
  state: State;
  /** How many requests came for each operation. */
  asked: ReadonlyMap<string, number>;
  /** Serves the certificate under PayPal's own address. */
  fetch: typeof fetch;
  /** A saved account that behaves so. Answers its token. */
  save(payer: Payer): string;
  /** The payer takes their consent back. */
  revoke(token: string): void;
  /** The payer opens a page and answers it; false when the page does not let them. */
  visit(pageUrl: string, payer?: Payer): Promise<boolean>;
  /** What waits for a bank goes through. */
  settle(): void;
  /** Of all that is left, or of an amount. Answers the dispute's number. */
  dispute(captureId: string, amount?: bigint): string;
  /** Won by the seller, or lost: as a whole unless told how much the payer gets. */
  resolve(disputeId: string, won: boolean, given?: bigint): void;
  appeal(disputeId: string): void;
  withdraw(amount: bigint, currency: string): string;
  close(): Promise<void>;
};

/** Starts it on a free port of loopback. */
export async function startFakePaypal(options: FakePaypalOptions): Promise<FakePaypal> {
  const { now, random } = options;
  const keys = { clientId: 'fake-client', clientSecret: newId(), webhookId: newId(), tokens: new Set<string>() };
  const running = new Set<string>();
  const signers = createSigners(now());
  const stranger = createSigners(now());
  const sign = (signer: Signers) => (body: string, at: Temporal.Instant) =>
    signWebhook(body, { signer: signer.leaf, webhookId: keys.webhookId, at });
  const post = createMailbag({
    now,
    ...(random ? { random } : {}),
    forge: ({ body }: Mail) => ({ body, headers: sign(stranger)(body, now()) }),
  });
  let url = '';
  const state = createState({
    now,
    url: () => url,
    emit: (type, resourceType, resource) => {
      if (options.webhooks !== false) post.put(event(now(), { type, resourceType, resource }), sign(signers));
    },
  });
  const faults = createFaults(random);
  const asked = new Map<string, number>();
  const server = createServer((request, response) => {
    void serve({ request, response }, { state, keys, faults, asked, running, options, chain: signers });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    ...keys,
    faults,
    book: state.book,
    post,
    signers,
    state,
    asked,
    fetch: (address, init) => fetch(new URL(new URL(String(address)).pathname, url), init),
    save: (payer) => saveAccount(state, payer).id,
    revoke: (token) => forgetAccount(state, token),
    visit: (pageUrl, payer = 'pays') => visit(pageUrl, payer),
    settle: () => {
      settlePending(state);
      settleRefunds(state);
    },
    dispute: (captureId, amount) => openDispute(state, captureId, amount),
    resolve: (disputeId, won, given = won ? 0n : (state.disputes.get(disputeId)?.amount ?? 0n)) =>
      resolveDispute(state, disputeId, given),
    appeal: (disputeId) => appealDispute(state, disputeId),
    withdraw: (amount, currency) => {
      const id = newId();
      withdraw(state, id, { amount, currency });
      return id;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Keys = { clientId: string; clientSecret: string; tokens: Set<string> };

type House = {
  state: State;
  keys: Keys;
  faults: Faults;
  asked: Map<string, number>;
  /** The keys of requests that are not answered yet. */
  running: Set<string>;
  options: FakePaypalOptions;
  chain: Signers;
};

async function serve(exchange: { request: IncomingMessage; response: ServerResponse }, house: House): Promise<void> {
  const { request } = exchange;
  const asked = await read(request, house.state.url());
  const route = findRoute(asked, house);
  house.asked.set(route.name, (house.asked.get(route.name) ?? 0) + 1);
  await answerUnder(house.faults.next(route.name), exchange, {
    work: () => work(house, route, asked),
    failure: () => refusal(503, 'SERVICE_UNAVAILABLE'),
    slowMilliseconds: house.options.slowMilliseconds ?? 2000,
  });
}

async function work({ state, keys, running, options }: House, route: Route, asked: Asked): Promise<WireAnswer> {
  const key = `${asked.url.pathname} ${asked.headers['paypal-request-id']}`;
  if (asked.headers['paypal-request-id'] && running.has(key)) return refusal(409, 'PREVIOUS_REQUEST_IN_PROGRESS');
  running.add(key);
  if (options.latencyMilliseconds) await delay(options.latencyMilliseconds);
  running.delete(key);
  const bearer = /^Bearer (.+)$/.exec(asked.headers.authorization ?? '')?.[1] ?? '';
  if (!route.open && !keys.tokens.has(bearer)) return refusal(401, 'INVALID_TOKEN');
  return route.handle(state, { ...asked, ids: route.ids });
}

async function read(request: IncomingMessage, base: string): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = 'GET', url = '/', headers } = request;
  return { method, url: new URL(url, base), headers, body: Buffer.concat(chunks).toString(), ids: [] };
}

async function visit(pageUrl: string, payer: Payer): Promise<boolean> {
  const shown = await fetch(pageUrl);
  if (shown.status !== 200) return false;
  const body = new URLSearchParams({ act: 'agree', payer });
  const answered = await fetch(pageUrl, { method: 'POST', body, redirect: 'manual' });
  return answered.status === 303 || answered.status === 200;
}

function event(
  now: Temporal.Instant,
  { type, resourceType, resource }: Record<'type' | 'resourceType', string> & { resource: object },
) {
  return JSON.stringify({
    id: `WH-${newId()}-${newId()}`,
    event_version: '1.0',
    create_time: stamp(now),
    resource_type: resourceType,
    resource_version: '2.0',
    event_type: type,
    summary: type,
    resource,
    links: [],
  });
}
