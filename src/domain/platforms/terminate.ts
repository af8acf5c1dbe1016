import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { getSeller } from '#domain/customers/sellers.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { refusePlatform } from '#domain/platforms/_refusals.ts';
import type { Tx } from '#kit/db.ts';

/** `name` is what the customer typed to confirm; `dryRun` answers what would end when, and changes nothing. */
export type Termination = { customerId: bigint; platformId: bigint; name: string; reason: string; dryRun: boolean };

/** What ends when: how many mailboxes on each day, and the day the platform closes with the last (null: at once). */
export type TerminationAnswer = {
  endings: { endsOn: Temporal.PlainDate; mailboxes: number }[];
  closesOn: Temporal.PlainDate | null;
};

/**
 * Terminates a platform (R22): every mailbox ends at its own expiry and the platform closes with the last. Modes are not
 * touched, so that a revocation gives each its own back. Never refused because of a debt. Refuses `platform_unknown`,
 * `platform_closed`, and `name_mismatch` when the name typed is not the platform's. Terminating twice changes nothing.
 */
export async function terminatePlatform(tx: Tx, act: Act, termination: Termination): Promise<TerminationAnswer> {
  const { customerId, platformId } = termination;
  await lockAccount(tx, customerId);
  const platform = await getOpen(tx, termination);
  if (platform.name !== termination.name.trim()) {
    throw refusePlatform('name_mismatch', { fields: [{ name: 'name', rule: `R22: type ${platform.name}` }] });
  }
  const endings = await readEndings(tx, termination);
  const closesOn = endings.at(-1)?.endsOn ?? null;
  if (termination.dryRun || platform.terminated_at) return { endings, closesOn };
  await tx
    .updateTable('platforms')
    .set({ terminated_at: act.at, terminated_by: act.actor, termination_reason: termination.reason })
    .where('customer_id', '=', customerId)
    .where('platform_id', '=', platformId)
    .execute();
  const data = { platform_id: platformId, name: platform.name, reason: termination.reason, closes_on: closesOn };
  await recordEvents(tx, act, [{ customerId, type: 'platforms.terminated', data }]);
  await closeFinished(tx, act, [customerId]);
  return { endings, closesOn };
}

/**
 * Takes a termination back, until the platform has closed (R22). Every mailbox that has not ended yet renews again in
 * its own mode. Refuses `platform_unknown`, `platform_closed`, `not_terminated`.
 */
export async function revokeTermination(
  tx: Tx,
  act: Act,
  platform: { customerId: bigint; platformId: bigint },
): Promise<void> {
  const { customerId, platformId } = platform;
  await lockAccount(tx, customerId);
  const row = await getOpen(tx, platform);
  if (!row.terminated_at) throw refusePlatform('not_terminated');
  await tx
    .updateTable('platforms')
    .set({ terminated_at: null, terminated_by: null, termination_reason: null })
    .where('customer_id', '=', customerId)
    .where('platform_id', '=', platformId)
    .execute();
  const data = { platform_id: platformId, name: row.name };
  await recordEvents(tx, act, [{ customerId, type: 'platforms.termination_revoked', data }]);
}

/**
 * What ends when, if a platform were terminated now or because it was (R22), and until when its content is kept (R21).
 * Reads only: no name is typed for it. Empty where nothing lives any more; an unknown platform is as empty.
 */
export async function forecastTermination(
  tx: Tx,
  platform: { customerId: bigint; platformId: bigint },
): Promise<{ endsOn: Temporal.PlainDate; keptUntil: Temporal.PlainDate; mailboxes: number }[]> {
  const { policy } = await getSeller(tx);
  const endings = await readEndings(tx, platform);
  return endings.map((each) => ({ ...each, keptUntil: each.endsOn.add({ days: policy.retention_days }) }));
}

/** Closes the terminated platforms of these customers on which nothing lives any more. */
export async function closeFinished(tx: Tx, act: Act, customerIds: readonly bigint[]): Promise<void> {
  const { rows } = await sql<{ customerId: bigint; platformId: bigint; name: string }>`
    update platforms p set state = 'closed', closed_at = ${act.at}
     where p.customer_id = any(${customerIds}::bigint[]) and p.state = 'open' and p.terminated_at is not null
       and not exists (select from mailboxes m
                        where m.customer_id = p.customer_id and m.platform_id = p.platform_id
                          and (m.state = 'active' or m.suspended_for = 'debt'))
    returning p.customer_id as "customerId", p.platform_id as "platformId", p.name`.execute(tx);
  await recordEvents(
    tx,
    act,
    rows.map(({ customerId, platformId, name }) => ({
      customerId,
      type: 'platforms.closed' as const,
      data: { platform_id: platformId, name },
    })),
  );
}

async function getOpen(tx: Tx, { customerId, platformId }: { customerId: bigint; platformId: bigint }) {
  const platform = await tx
    .selectFrom('platforms')
    .select(['name', 'state', 'terminated_at'])
    .where('customer_id', '=', customerId)
    .where('platform_id', '=', platformId)
    .executeTakeFirst();
  if (!platform) throw refusePlatform('platform_unknown');
  if (platform.state === 'closed') throw refusePlatform('platform_closed');
  return platform;
}

async function readEndings(
  tx: Tx,
  { customerId, platformId }: Pick<Termination, 'customerId' | 'platformId'>,
): Promise<TerminationAnswer['endings']> {
  const { rows } = await sql<{ endsOn: Temporal.PlainDate; mailboxes: number }>`
    select expires_on as "endsOn", count(*)::int as mailboxes
      from mailboxes
     where customer_id = ${customerId} and platform_id = ${platformId} and (state = 'active' or suspended_for = 'debt')
     group by expires_on order by expires_on`.execute(tx);
  return rows;
}
