import { sql } from 'kysely';
import type { TestDatabase } from '#spec/harness.ts';
import type { Neighbour, Town } from '#spec/http/town.ts';

/** The address of a route filled with a neighbour's own things. */
export function addressOf(route: string, owner: Neighbour, town: Town): string {
  const [, path = ''] = route.split(' ');
  const id = idFor(path, owner, town);
  return path
    .replace(':link', owner.link)
    .replace(':token', 'x'.repeat(43))
    .replace(':code', path.includes('/plans/') ? 'basic' : owner.code)
    .replace(':id', String(id))
    .replace('*', 'methods/none')
    .concat(queries[route] ?? '');
}

// What a question cannot do without.
const queries: Record<string, string> = { 'GET /v1/payment-ways': '?kind=top_up&amount=1000' };

/** A body with which the route would really do something to that neighbour. */
export function bodyOf(route: string, owner: Neighbour): object | undefined {
  const reason = 'because the test says so';
  const { code: customer, mailboxIds, platformId } = owner;
  const bodies: Record<string, object> = {
    'PUT /v1/clock': { on: '2027-03-02' },
    'POST /v1/sessions': { email: 'nobody@example.com', password: 'nothing at all' },
    'PUT /v1/session/proof': { password: 'wrong on purpose' },
    'POST /v1/passkey-sessions': { passkey: signature },
    'POST /v1/me/passkeys': { name: 'mine now', passkey: newKey },
    'PATCH /v1/me/passkeys/:id': { name: 'Renamed' },
    'PATCH /v1/me': { name: 'Renamed' },
    'PUT /v1/me/email': { email: 'renamed@example.com' },
    'PUT /v1/me/password': { current: 'wrong on purpose', password: 'something else 1' },
    'POST /v1/password-resets': { email: 'nobody@example.com' },
    'PUT /v1/password-resets/:token': { password: 'something else 1' },
    'PUT /v1/me/second-factor': { code: '123456' },
    'POST /v1/people': { email: 'new@example.com', name: 'New', language: 'en', role: 'admin' },
    'PATCH /v1/people/:id': { role: 'admin' },
    'POST /v1/tokens': { name: 'mine now', scopes: ['money:write'] },
    'PUT /v1/platforms/:id/termination': { name: `hosted-${customer}` },
    'POST /v1/mode-changes': { mailbox_ids: mailboxIds.map(Number), mode: 'none' },
    'POST /v1/order-previews': {
      lines: [{ platform_id: Number(platformId), plan: 'basic', address: 'new@example.com', mode: 'monthly' }],
    },
    'PUT /v1/account/threshold': { amount: 77_777 },
    'POST /v1/withdrawals': { amount: 100 },
    'POST /v1/orders': { kind: 'top_up', amount: 4321 },
    'PUT /v1/orders/:id/withdrawal': {},
    'POST /v1/orders/:id/payments': {},
    'POST /v1/orders/:id/payment-pages': { kind: 'card' },
    'POST /v1/order-links/:link/payment-pages': { kind: 'paypal' },
    'POST /v1/payment-methods': { kind: 'card' },
    'PUT /v1/payment-methods/order': { default_id: Number(owner.methodId) },
    'POST /v1/customers': {
      code: 'NEW',
      name: 'N',
      email: 'n@example.com',
      country: 'IT',
      language: 'it',
      currency: 'EUR',
    },
    'PATCH /v1/customers/:code': { name: 'Renamed', reason },
    'POST /v1/platforms': { customer, name: 'hosted-new', product: 'exchange' },
    'POST /v1/plans': { product: 'exchange', code: 'plus' },
    'PATCH /v1/plans/:code': { name: 'Renamed', reason },
    'POST /v1/price-changes': { rows: [price], reason },
    'PATCH /v1/seller': { name: 'Renamed', reason },
    'PATCH /v1/policy': { patch: { grace_days: 9 }, reason },
    'POST /v1/bank-transfers': { customer, amount: 100, reference: 'forged', reason },
    'POST /v1/write-offs': { customer, invoice: 'F2027-000001', reason },
    'POST /v1/credit-notes': { customer, invoice: 'F2027-000001', net: 1, reason },
    'POST /v1/refunds': { customer, amount: 100, reason },
    'PUT /v1/runs/:id/confirmation': { reason },
    'PUT /v1/parkings/:id/release': { reason },
    'PUT /v1/provider-messages/:id/release': { reason },
  };
  return bodies[route];
}

const credential = { id: 'AAAA', rawId: 'AAAA', type: 'public-key' };
const signature = { ...credential, response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' } };
const newKey = { ...credential, response: { clientDataJSON: 'e30', attestationObject: 'AA' } };
const price = { product: 'exchange', plan: 'basic', currency: 'EUR', monthly: 1, yearly: 1, valid_from: '2030-01-01' };

/**
 * A print of everything stored, or of one customer's rows and all that belongs to no customer: it differs when anything
 * was changed. Leaves out when sessions and tokens were last used.
 */
export async function printOf(database: TestDatabase, customerId: bigint | null = null): Promise<string> {
  const found = await sql<{ name: string; owned: boolean }>`
    select table_name as name, exists (select from information_schema.columns c
             where c.table_schema = t.table_schema and c.table_name = t.table_name and c.column_name = 'customer_id') as owned
      from information_schema.tables t
     where table_schema = 'public' and table_type = 'BASE TABLE'
       and table_name not in ('throttles', 'sessions', 'pgmigrations') order by 1`.execute(database.system);
  const parts = found.rows.map(({ name, owned }) => {
    const whose = owned && customerId !== null ? ` where t.customer_id = ${customerId}` : '';
    const row = name === 'api_tokens' ? "(to_jsonb(t) - 'used_at')::text" : 't::text';
    return `select '${name}' as name, md5(coalesce(string_agg(${row}, '|' order by t::text), '')) as print from ${name} t${whose}`;
  });
  const { rows } = await sql.raw<{ name: string; print: string }>(parts.join(' union all ')).execute(database.system);
  return rows
    .map(({ name, print }) => `${name} ${print}`)
    .sort()
    .join('\n');
}

function idFor(path: string, owner: Neighbour, { runId, parkingId, messageId }: Town): bigint {
  const ids: [RegExp, bigint][] = [
    [/sessions/, 1n],
    [/people/, owner.people.technical],
    [/tokens/, owner.tokenId],
    [/platforms/, owner.platformId],
    [/mailboxes/, owner.mailboxIds[0] ?? 0n],
    [/orders/, owner.orderId],
    [/invoices/, owner.invoiceId],
    [/credit-notes/, owner.creditNoteId],
    [/receipts/, owner.paymentId],
    [/payment-methods/, owner.methodId],
    [/letters/, owner.letterId],
    [/runs/, runId],
    [/parkings/, parkingId],
    [/provider-messages/, messageId],
  ];
  return ids.find(([pattern]) => pattern.test(path))?.[1] ?? 1n;
}
