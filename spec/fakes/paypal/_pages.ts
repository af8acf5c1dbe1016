import { findOrder } from '#spec/fakes/paypal/_orders.ts';
import { showOrder } from '#spec/fakes/paypal/_show.ts';
import type { Order, Setup, State } from '#spec/fakes/paypal/_state.ts';
import { findSetup } from '#spec/fakes/paypal/_vault.ts';
import { type Handler, html } from '#spec/fakes/paypal/_wire.ts';
import { type Payer, payers } from '#spec/fakes/paypal/payers.ts';

/** The page on which a payer agrees to one payment; POSTed, their answer. */
export const payPage: Handler = (state, asked) => {
  const order = findOrder(state, asked.url.searchParams.get('token') ?? '');
  const open = order && order.intent === 'CAPTURE' && ['CREATED', 'PAYER_ACTION_REQUIRED'].includes(order.status);
  if (!open) return html(410, 'This payment is over.');
  if (asked.method === 'GET') return form(`${order.amount.value} ${order.amount.currency_code}: ${order.description}`);
  const payer = chosen(asked.body);
  if (payer) approveOrder(state, order, payer);
  return back(order.returnUrl, `token=${order.id}`);
};

/** The page on which a payer lets the seller charge their account from now on. */
export const agreePage: Handler = (state, asked) => {
  const setup = findSetup(state, asked.url.searchParams.get('approval_session_id') ?? '');
  if (setup?.status !== 'PAYER_ACTION_REQUIRED') return html(410, 'This registration is over.');
  if (asked.method === 'GET') return form('Let the seller charge your PayPal account?');
  const payer = chosen(asked.body);
  if (payer) agree(setup, payer);
  return back(setup.returnUrl, `approval_token_id=${setup.id}`);
};

function approveOrder(state: State, order: Order, payer: Payer): void {
  order.status = 'APPROVED';
  order.approvedBy = payer;
  state.emit('CHECKOUT.ORDER.APPROVED', 'checkout-order', showOrder(state, order));
}

function agree(setup: Setup, payer: Payer): void {
  setup.status = 'APPROVED';
  setup.payer = payer;
}

function chosen(body: string): Payer | undefined {
  const answer = new URLSearchParams(body);
  return answer.get('act') === 'agree' ? payers.find((each) => each === answer.get('payer')) : undefined;
}

function form(title: string) {
  const choices = payers.map((each) => `<option>${each}</option>`).join('');
  const safe = title.replace(/[<>&"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  return html(
    200,
    `<!doctype html><title>Fake PayPal</title><h1>Fake PayPal</h1><p>${safe}</p>
<form method="post"><select name="payer">${choices}</select>
<button name="act" value="agree">Agree</button><button name="act" value="cancel">Cancel</button></form>`,
  );
}

function back(returnUrl: string, query: string) {
  if (returnUrl === '') return html(200, 'Thank you.');
  return html(303, '', { location: `${returnUrl}${returnUrl.includes('?') ? '&' : '?'}${query}` });
}
