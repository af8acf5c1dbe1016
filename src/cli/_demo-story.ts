import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Temporal } from 'temporal-polyfill';
import type { CsvRow, Problem } from '#cli/_csv.ts';
import { registerCard, theirs } from '#cli/_demo-acts.ts';
import { registerPeople } from '#cli/_demo-people.ts';
import type { OpenEngine } from '#cli/_engine.ts';
import { takeMailboxes } from '#cli/_import-mailboxes.ts';
import { type PriceColumn, takePrices } from '#cli/_import-prices.ts';
import type { MailboxColumn } from '#cli/_mailbox-rows.ts';
import type { Context } from '#cli/context.ts';
import { changePrices } from '#domain/catalog/change-prices.ts';
import { registerPlans } from '#domain/catalog/register-plans.ts';
import { changeSeller, getSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import { chargeOrder } from '#domain/orders/charge.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { changeModes } from '#domain/platforms/change-modes.ts';
import { terminatePlatform } from '#domain/platforms/terminate.ts';
import { announcePrices } from '#domain/renewals/announce-prices.ts';
import type { Tx } from '#kit/db.ts';

/** Where the story plays: `today` is the day on which it was begun to be told, and ends. */
export type Scene = { context: Context; open: OpenEngine; today: Temporal.PlainDate };

/** What happens on a day, counted from today; `outside` speaks with the payment provider, between transactions. */
export type Step = {
  on: number;
  name: string;
  inside?(scene: Scene, here: { tx: Tx; act: Act }): Promise<void>;
  outside?(scene: Scene, act: Act): Promise<void>;
};

/** The month before today. */
export const story: readonly Step[] = [
  { on: -30, name: 'the seller', inside: describeSeller },
  { on: -30, name: 'the catalogue', inside: fillCatalogue },
  { on: -30, name: 'the customers', inside: takeOverMailboxes },
  { on: -30, name: 'the people', inside: ({ context }, { tx }) => registerPeople(tx, context.settings.secret) },
  { on: -29, name: 'a card of agenzia-neri', outside: registerCard('agenzia-neri', 'success') },
  { on: -29, name: 'a card of atelier-dupont', outside: registerCard('atelier-dupont', 'success') },
  { on: -28, name: 'PayPal of bergmann', outside: registerCard('bergmann', 'paypal') },
  { on: -27, name: 'a card of keller', outside: registerCard('keller', 'success') },
  {
    on: -27,
    name: 'a card without funds of libreria-gialli',
    outside: registerCard('libreria-gialli', 'insufficient_funds'),
  },
  { on: -28, name: 'a top-up of studio-bianchi', inside: orderTopUp },
  { on: -26, name: 'the transfer for it', inside: payTopUp },
  { on: -20, name: 'new mailboxes of agenzia-neri', inside: orderMailboxes },
  { on: -15, name: 'a price to come', inside: announcePrice },
  { on: -10, name: 'the end of a platform of cooperativa-blu', inside: endPlatform },
  { on: -9, name: 'other modes at agenzia-neri', inside: changeSomeModes },
];

type Here = { tx: Tx; act: Act };

const operator = 'operator:demo';

async function describeSeller(_: Scene, { tx, act }: Here): Promise<void> {
  const patch = {
    name: 'Posta Serena Srl',
    street: 'Via delle Poste 12',
    postalCode: '20121',
    city: 'Milano',
    vatNumber: 'IT07973780013',
    email: 'fatture@posta-serena.example',
    iban: 'IT60X0542811101000000123456',
    bic: 'BPCVIT2S',
  };
  await changeSeller(tx, { ...act, actor: operator }, { patch, reason: 'the demo company' });
}

async function fillCatalogue({ today }: Scene, { tx, act }: Here): Promise<void> {
  await registerPlans(tx, act, plans);
  const rows = readRows<PriceColumn>('prices.csv').map(({ line, cells }) => {
    const validFrom = today.add({ days: Number(cells.valid_from) });
    return { line, cells: { ...cells, valid_from: validFrom.toString() } };
  });
  await writeAll(takePrices, rows, { tx, act });
}

const plans = [
  {
    product: 'exchange-2013',
    productName: 'Hosted Exchange 2013',
    plan: 'exchange-2013',
    name: 'Hosted Exchange 2013, 50 GB',
  },
  {
    product: 'exchange-2016',
    productName: 'Hosted Exchange 2016',
    plan: 'exchange-2016',
    name: 'Hosted Exchange 2016, 50 GB',
  },
  { product: 'exchange-2016', plan: 'exchange-2016-archive', name: 'Hosted Exchange 2016, 300 GB' },
  { product: 'private-exchange', productName: 'Private Exchange', plan: 'private-exchange', name: 'Private Exchange' },
  { product: 'microsoft-365', productName: 'Microsoft 365', plan: 'm365-basic', name: 'Microsoft 365 Business Basic' },
  {
    product: 'microsoft-365',
    plan: 'm365-standard',
    name: 'Microsoft 365 Business Standard',
    alignment: 'first_of_month' as const,
  },
];

async function takeOverMailboxes({ today }: Scene, here: Here): Promise<void> {
  const rows = readRows<MailboxColumn>('mailboxes.csv').map(({ line, cells }) => {
    const expiresOn = today.add({ days: Number(cells.expires_on) });
    const startsOn = startOf(expiresOn, Number(cells.starts_on));
    return { line, cells: { ...cells, starts_on: startsOn.toString(), expires_on: expiresOn.toString() } };
  });
  await writeAll(takeMailboxes, rows, here);
}

/** So many months before an expiry; some more where that month has no such day to count it from (R13). */
export function startOf(expiresOn: Temporal.PlainDate, months: number): Temporal.PlainDate {
  const startsOn = expiresOn.add({ months });
  return startsOn.day === expiresOn.day ? startsOn : startOf(expiresOn, months - 1);
}

/** The files of the demo company are those that `import` reads, with days counted from today. */
function readRows<Name extends string>(file: string): CsvRow<Name>[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'db', 'demo', file), 'utf8');
  const records = parse(text, { columns: true }) as Record<Name, string>[];
  return records.map((cells, i) => ({ line: i + 2, cells }));
}

type Take<Name extends string> = (
  rows: readonly CsvRow<Name>[],
  problems: Problem[],
) => (tx: Tx, act: Act) => Promise<string>;

async function writeAll<Name extends string>(
  take: Take<Name>,
  rows: readonly CsvRow<Name>[],
  { tx, act }: Here,
): Promise<void> {
  const problems: Problem[] = [];
  await take(rows, problems)(tx, { ...act, actor: operator });
  const [first] = problems;
  if (first) throw new Error(`the demo company has a bad line ${first.line}, ${first.column}: ${first.reason}`);
}

async function orderTopUp({ context }: Scene, { tx, act }: Here): Promise<void> {
  const { customerId, actor } = await theirs(tx, 'studio-bianchi');
  const linkSecret = context.settings.secret;
  await placeOrder(tx, { ...act, actor }, { customerId, linkSecret, kind: 'top_up', amount: 120_00n });
}

async function payTopUp(_: Scene, { tx, act }: Here): Promise<void> {
  const { customerId } = await theirs(tx, 'studio-bianchi');
  const order = await tx
    .selectFrom('orders')
    .select(['order_id', 'number', 'gross'])
    .where('customer_id', '=', customerId)
    .executeTakeFirstOrThrow();
  const reason = `bank statement of ${act.on}, ${order.number}`;
  const transfer = { customerId, orderId: order.order_id, amount: order.gross, reference: 'CRO 50341187902', reason };
  await recordTransfer(tx, { ...act, actor: operator }, transfer);
}

async function orderMailboxes({ context }: Scene, { tx, act }: Here): Promise<void> {
  const { customerId, actor, platforms } = await theirs(tx, 'agenzia-neri');
  const platformId = platforms.get('hosted-an44120-1') as bigint;
  const lines = ['stampa', 'eventi'].map((name) => {
    return { platformId, plan: 'exchange-2016', address: `${name}@agenzia-neri.example`, mode: 'monthly' as const };
  });
  const linkSecret = context.settings.secret;
  const { orderId } = await placeOrder(tx, { ...act, actor }, { customerId, linkSecret, kind: 'mailboxes', lines });
  const method = await tx
    .selectFrom('payment_methods')
    .select('method_id')
    .where('customer_id', '=', customerId)
    .where('state', '=', 'valid')
    .executeTakeFirstOrThrow();
  await chargeOrder(tx, { ...act, actor }, { customerId, orderId, methodId: method.method_id });
}

async function announcePrice({ today }: Scene, { tx, act }: Here): Promise<void> {
  const validFrom = today.add({ days: 45 });
  const price = { product: 'exchange-2016', plan: 'exchange-2016', currency: 'EUR', validFrom };
  const rows = [{ ...price, monthly: 3_49n, yearly: 34_90n }];
  const { policy } = await getSeller(tx);
  const notice = { reason: 'price list of the next year', noticeDays: policy.price_notice_days };
  const changes = await changePrices(tx, { ...act, actor: operator }, { rows, ...notice });
  await announcePrices(tx, act, changes);
}

async function endPlatform(_: Scene, { tx, act }: Here): Promise<void> {
  const { customerId, actor, platforms } = await theirs(tx, 'cooperativa-blu');
  for (const [name, platformId] of platforms) {
    const reason = 'La cooperativa si scioglie a fine anno.';
    await terminatePlatform(tx, { ...act, actor }, { customerId, platformId, name, reason, dryRun: false });
  }
}

async function changeSomeModes(_: Scene, { tx, act }: Here): Promise<void> {
  const { customerId, actor } = await theirs(tx, 'agenzia-neri');
  const monthly = await tx
    .selectFrom('mailboxes')
    .select('mailbox_id')
    .where('customer_id', '=', customerId)
    .where('mode', '=', 'monthly')
    .where('state', '=', 'active')
    .orderBy('address')
    .limit(3)
    .execute();
  const mailboxIds = monthly.map((row) => row.mailbox_id);
  await changeModes(tx, { ...act, actor }, { customerId, mailboxIds, wanted: 'yearly', dryRun: false });
}
