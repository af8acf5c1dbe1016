import { randomBytes } from 'node:crypto';
import { captureOrder, createOrder, getOrder, patchOrder } from '#spec/fakes/paypal/_orders.ts';
import { agreePage, payPage } from '#spec/fakes/paypal/_pages.ts';
import { getCapture, refundCapture } from '#spec/fakes/paypal/_refunds.ts';
import { getDispute, listDisputes, listTransactions } from '#spec/fakes/paypal/_reports.ts';
import { createSaved, createSetup, deleteSaved, getSaved, getSetup, listSaved } from '#spec/fakes/paypal/_vault.ts';
import { type Asked, type Handler, html, json, refusal } from '#spec/fakes/paypal/_wire.ts';
import type { Signers } from '#spec/fakes/paypal/webhooks.ts';

/** Where a request goes: `name` is what faults and counts know it by; `open` needs no token. */
export type Route = { name: string; handle: Handler; ids: string[]; open: boolean };

const routes: [method: string, path: RegExp, name: string, handle: Handler][] = [
  ['POST', /^\/v2\/checkout\/orders$/, 'createOrder', createOrder],
  ['GET', /^\/v2\/checkout\/orders\/(\w+)$/, 'getOrder', getOrder],
  ['PATCH', /^\/v2\/checkout\/orders\/(\w+)$/, 'patchOrder', patchOrder],
  ['POST', /^\/v2\/checkout\/orders\/(\w+)\/capture$/, 'captureOrder', captureOrder],
  ['GET', /^\/v2\/payments\/captures\/(\w+)$/, 'getCapture', getCapture],
  ['POST', /^\/v2\/payments\/captures\/(\w+)\/refund$/, 'refundCapture', refundCapture],
  ['POST', /^\/v3\/vault\/setup-tokens$/, 'createSetup', createSetup],
  ['GET', /^\/v3\/vault\/setup-tokens\/(\w+)$/, 'getSetup', getSetup],
  ['POST', /^\/v3\/vault\/payment-tokens$/, 'createSaved', createSaved],
  ['GET', /^\/v3\/vault\/payment-tokens$/, 'listSaved', listSaved],
  ['GET', /^\/v3\/vault\/payment-tokens\/([\w-]+)$/, 'getSaved', getSaved],
  ['DELETE', /^\/v3\/vault\/payment-tokens\/([\w-]+)$/, 'deleteSaved', deleteSaved],
  ['GET', /^\/v1\/reporting\/transactions$/, 'listTransactions', listTransactions],
  ['GET', /^\/v1\/customer\/disputes$/, 'listDisputes', listDisputes],
  ['GET', /^\/v1\/customer\/disputes\/([\w-]+)$/, 'getDispute', getDispute],
];

const pages: [path: RegExp, name: string, handle: Handler][] = [
  [/^\/checkoutnow$/, 'payPage', payPage],
  [/^\/agreements\/approve$/, 'agreePage', agreePage],
];

type Office = { keys: { clientId: string; clientSecret: string; tokens: Set<string> }; chain: Signers };

/** The route of a request; one that leads nowhere answers 404. */
export function findRoute(asked: Asked, { keys, chain }: Office): Route {
  const { pathname } = asked.url;
  if (pathname === '/v1/oauth2/token') return open('signIn', (_state, request) => signIn(request, keys));
  if (pathname.startsWith('/v1/notifications/certs/')) {
    return open('getCertificate', () => html(200, chain.leaf.pem + chain.middle.pem));
  }
  for (const [path, name, handle] of pages) if (path.test(pathname)) return open(name, handle);
  for (const [method, path, name, handle] of routes) {
    const match = asked.method === method ? path.exec(pathname) : null;
    if (match) return { name, handle, ids: match.slice(1), open: false };
  }
  return open('nowhere', () => refusal(404, 'INVALID_RESOURCE_ID'));
}

function open(name: string, handle: Handler): Route {
  return { name, handle, ids: [], open: true };
}

function signIn(asked: Asked, { clientId, clientSecret, tokens }: Office['keys']) {
  const wanted = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  if (asked.headers.authorization !== wanted || !asked.body.includes('grant_type=client_credentials')) {
    return json(401, { error: 'invalid_client', error_description: 'Client Authentication failed' });
  }
  const token = randomBytes(24).toString('base64url');
  tokens.add(token);
  return json(200, { access_token: token, token_type: 'Bearer', app_id: 'APP-FAKE', expires_in: 32_400, scope: '' });
}
