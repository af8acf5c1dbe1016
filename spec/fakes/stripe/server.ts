import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { Temporal } from 'temporal-polyfill';
import type { Book } from '#spec/fakes/book.ts';
import { answerUnder, createFaults, type Exchange, type Faults } from '#spec/fakes/faults.ts';
import type { Mail, PostRates } from '#spec/fakes/mailbag.ts';
import type { Random } from '#spec/fakes/random.ts';
import { createApi } from '#spec/fakes/stripe/_api.ts';
import type { CardBehaviour } from '#spec/fakes/stripe/_cards.ts';
import { closeDispute, openDispute } from '#spec/fakes/stripe/_disputes.ts';
import { decodeForm } from '#spec/fakes/stripe/_form.ts';
import { visitPage } from '#spec/fakes/stripe/_pages.ts';
import { payOut } from '#spec/fakes/stripe/_payouts.ts';
import { failRefund } from '#spec/fakes/stripe/_refunds.ts';
import { type SavedCard, saveCard } from '#spec/fakes/stripe/_save.ts';
import { catchUp, createState, type State } from '#spec/fakes/stripe/_state.ts';
import { createNews } from '#spec/fakes/stripe/_webhooks.ts';

export type FakeStripeOptions = {
  /** The fake's own clock; the host's unless said otherwise. */
  now?: () => Temporal.Instant;
  /** Dice for faults and for the post, so that a storm can be repeated. */
  random?: Random;
  /** How long each answer takes. */
  latencyMilliseconds?: number;
  /** How late a slow answer comes. */
  slowMilliseconds?: number;
  /** False: nothing is told by webhook, and a long run keeps no letters nobody fetches. */
  webhooks?: boolean;
};

/** A Stripe of our own on loopback, with a hand on its other side. */
export type FakeStripe = {
  secretKey: string;
  webhookSecret: string;
  server: { protocol: 'http'; host: string; port: number };
  /** Its own double-entry book: accounts `merchant` (our balance there), `payers`, `fees`, `bank`. */
  book: Book;
  faults: Faults;
  /** Webhooks on their way to us; `due` takes out what arrives now. */
  post: { set(rates: PostRates): void; due(): Mail[]; waiting(): number };
  /** A card that behaves so, registered without the page for this customer of ours. */
  save(customerId: bigint, behaviour?: CardBehaviour): SavedCard;
  /** How the bank behind a payment method behaves from now on. */
  behave(methodId: string, behaviour: CardBehaviour): void;
  /** The card network renews a card at Stripe. */
  renewCard(methodId: string, card: { expYear: number; expMonth: number; last4?: string }): void;
  openDispute(intentId: string): string;
  closeDispute(id: string, how: 'won' | 'lost'): void;
  failRefund(id: string): void;
  /** Sends our whole balance to our bank. Answers the payout's id, or null when there is nothing. */
  payOut(currency: string): string | null;
  intents(): readonly Stripe.PaymentIntent[];
  /** Its memory, to look into. */
  state: State;
  /** How many requests of each operation came in. */
  requests(): ReadonlyMap<string, number>;
  close(): Promise<void>;
};

/** Starts a fake Stripe. It moves no real money and listens on this machine only. */
export async function startFakeStripe(options: FakeStripeOptions = {}): Promise<FakeStripe> {
  const { now = () => Temporal.Now.instant(), random = Math.random, slowMilliseconds = 2000 } = options;
  const secretKey = 'sk_test_fake';
  const webhookSecret = 'whsec_fake';
  const news = createNews({ now, random, secret: webhookSecret });
  const state = createState({ now, tell: options.webhooks === false ? () => {} : news.tell });
  const faults = createFaults(random);
  const api = createApi(state, { secretKey, latencyMilliseconds: options.latencyMilliseconds ?? 0 });
  const server = createServer((request, response) => {
    serve(state, { request, response }).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  const serve = async (known: State, exchange: Exchange): Promise<void> => {
    const body = await readBody(exchange.request);
    catchUp(known);
    const url = new URL(exchange.request.url ?? '/', known.pagesUrl);
    if (url.pathname.startsWith('/c/pay/')) return servePage(known, exchange, { id: url.pathname.slice(7), body });
    const call = api.receive({ request: exchange.request, url, body });
    const fault = faults.next(call.operation);
    await answerUnder(fault, exchange, {
      work: () => call.work({ failing: fault === 'error_after' }),
      failure: call.failure,
      slowMilliseconds,
    });
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  state.pagesUrl = `http://127.0.0.1:${port}`;
  return {
    secretKey,
    webhookSecret,
    server: { protocol: 'http', host: '127.0.0.1', port },
    book: state.book,
    faults,
    post: { set: news.set, due: news.due, waiting: news.waiting },
    save: (customerId, behaviour = {}) => saveCard(state, customerId, behaviour),
    behave: (methodId, behaviour) => void state.banks.set(methodId, behaviour),
    renewCard: (methodId, card) => renewCard(state, methodId, card),
    openDispute: (intentId) => openDispute(state, intentId),
    closeDispute: (id, how) => closeDispute(state, id, how),
    failRefund: (id) => failRefund(state, id),
    payOut: (currency) => payOut(state, currency),
    intents: () => state.intents.all(),
    state,
    requests: api.requests,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function renewCard(
  state: State,
  methodId: string,
  { expYear, expMonth, last4 }: { expYear: number; expMonth: number; last4?: string },
): void {
  const method = state.methods.get(methodId);
  if (!method?.card) throw new Error(`no card ${methodId}`);
  const before = { card: { exp_year: method.card.exp_year, exp_month: method.card.exp_month } };
  Object.assign(method.card, { exp_year: expYear, exp_month: expMonth, ...(last4 && { last4 }) });
  state.tell('payment_method.automatically_updated', method, before);
}

function servePage(state: State, { request, response }: Exchange, { id, body }: { id: string; body: string }): void {
  const visited = visitPage(state, id, request.method === 'POST' ? decodeForm(body) : null);
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    ...(visited.location && { location: visited.location }),
  };
  response.writeHead(visited.status, headers).end(visited.body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
