import { type SandboxCard, sandboxCards } from '#adapters/payments/sandbox-cards.ts';
import { createSandboxPages } from '#adapters/payments/sandbox-pages.ts';
import type { Scene } from '#cli/_demo-story.ts';
import { findCustomers } from '#domain/customers/get.ts';
import type { Act } from '#domain/events/record.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { type Db, type Tx, transaction } from '#kit/db.ts';

export type Theirs = { customerId: bigint; actor: string; platforms: ReadonlyMap<string, bigint> };

/** A customer of the demo company, whose admin acts, with its platforms by name. */
export async function theirs(tx: Db | Tx, code: string): Promise<Theirs> {
  const customerId = (await findCustomers(tx, [code])).get(code)?.customerId;
  if (customerId === undefined) throw new Error(`the demo company has no customer ${code}`);
  const admin = await tx
    .selectFrom('memberships')
    .select('user_id')
    .where('customer_id', '=', customerId)
    .where('role', '=', 'admin')
    .executeTakeFirst();
  const platforms = await tx
    .selectFrom('platforms')
    .select(['name', 'platform_id'])
    .where('customer_id', '=', customerId)
    .execute();
  return {
    customerId,
    actor: admin ? `user:${admin.user_id}` : 'operator:demo',
    platforms: new Map(platforms.map((platform) => [platform.name, platform.platform_id])),
  };
}

/** Registers a card or PayPal account on the provider's page, as its owner would; nothing when that was done before. */
export function registerCard(code: string, card: SandboxCard): (scene: Scene, act: Act) => Promise<void> {
  return async ({ context, open }, act) => {
    const { db } = open.engine;
    const { customerId, actor } = await theirs(db, code);
    const known = await db
      .selectFrom('payment_methods')
      .select('method_id')
      .where('customer_id', '=', customerId)
      .where('state', '=', 'valid')
      .executeTakeFirst();
    if (known) return;
    const desk = { transact: <T>(work: (tx: Tx) => Promise<T>) => transaction(db, work), providers: open.providers };
    const theirAct = { ...act, actor };
    const returnUrl = () => `${context.settings.publicUrl}/`;
    const { methodId, url } = await startMethod(desk, theirAct, {
      customerId,
      kind: sandboxCards[card].kind,
      returnUrl,
    });
    await choose(open, { url, card, act });
    await completeMethod(desk, theirAct, { customerId, methodId });
  };
}

async function choose(
  { engine, clock }: Scene['open'],
  { url, card, act }: { url: string; card: string; act: Act },
): Promise<void> {
  const visit = createSandboxPages(engine.db, { now: () => clock().at });
  const path = `/methods/${url.split('/').at(-1)}`;
  const expiry = `12/${String(act.on.year + 3).slice(-2)}`;
  const { status } = await visit({ method: 'POST', path, language: 'it', form: { card, expiry } });
  if (status !== 303) throw new Error(`the provider's page answered ${status}`);
}
