import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Act, recordEvents } from '#domain/events/record.ts';
import type { MailboxState } from '#domain/platforms/types.ts';
import { columns, type Db, type Tx, transaction } from '#kit/db.ts';

/** A mailbox whose platform must follow. `version` is what it is to become, `before` what was applied last. */
export type Claimed = {
  customerId: bigint;
  mailboxId: bigint;
  platform: string;
  address: string;
  plan: string;
  state: MailboxState;
  suspendedFor: 'expiry' | 'debt' | null;
  version: number;
  before: number;
  failures: number;
};

/**
 * Takes a batch of mailboxes that are behind until `until`: nobody else applies them meanwhile, and if we die somebody
 * will afterwards. Of two processes that saw the same rows the second waits here and then finds them no longer due.
 */
export function claimMailboxes(
  db: Db,
  { at, until, size }: { at: Temporal.Instant; until: Temporal.Instant; size: number },
): Promise<Claimed[]> {
  return transaction(db, async (tx) => {
    const due = await sql<{ customerId: bigint; mailboxId: bigint }>`
      select customer_id as "customerId", mailbox_id as "mailboxId" from mailboxes
       where applied_version < wanted_version and provision_after <= ${at}
       order by provision_after limit ${size}`.execute(tx);
    if (due.rows.length === 0) return [];
    const { rows } = await sql<Claimed>`
      update mailboxes m set provision_after = ${until}
        from ${keys(due.rows)}, platforms p, plans
       where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id
         and m.applied_version < m.wanted_version and m.provision_after <= ${at}
         and p.customer_id = m.customer_id and p.platform_id = m.platform_id and plans.plan_id = m.plan_id
      returning m.customer_id as "customerId", m.mailbox_id as "mailboxId", p.name as platform, m.address, plans.code as plan,
                m.state, m.suspended_for as "suspendedFor", m.wanted_version as version, m.applied_version as before,
                m.provision_failures as failures`.execute(tx);
    return rows;
  });
}

/** Keeps mailboxes that are still being applied out of the hands of others; one that has changed meanwhile stays due. */
export async function extendLeases(db: Db, mailboxes: readonly Claimed[], until: Temporal.Instant): Promise<void> {
  await sql`
    update mailboxes m set provision_after = ${until} from ${keys(mailboxes)}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id and m.wanted_version = u.version
       and m.applied_version < u.version`.execute(db);
}

/** What came of a mailbox: done, or when to try again. */
export type Applied = { mailbox: Claimed; ok: boolean; retryAt: Temporal.Instant };

/**
 * Writes what was applied. A mailbox that changed while we applied the version before stays due. One that somebody else
 * applied in between is wanted once more: nobody knows which of the two arrived last. A deletion that is done is told.
 */
export function writeApplied(db: Db, act: Act, applied: readonly Applied[]): Promise<void> {
  return transaction(db, async (tx) => {
    const { rows } = await sql<{ customerId: bigint; mailboxId: bigint; address: string; deleted: boolean }>`
      update mailboxes m
         set applied_version = case when u.ok then greatest(m.applied_version, u.version) else m.applied_version end,
             wanted_version = case when m.applied_version <> u.before then m.wanted_version + 1 else m.wanted_version end,
             provision_failures = case when u.ok then 0 when m.wanted_version = u.version then m.provision_failures + 1
                                       else m.provision_failures end,
             provision_after = case when u.ok or m.wanted_version <> u.version then least(m.provision_after, ${act.at}::timestamptz)
                                    else u.retry_at end
        from ${columns(applied, {
          customer_id: ['bigint', ({ mailbox }) => mailbox.customerId],
          mailbox_id: ['bigint', ({ mailbox }) => mailbox.mailboxId],
          version: ['integer', ({ mailbox }) => mailbox.version],
          before: ['integer', ({ mailbox }) => mailbox.before],
          ok: ['boolean', ({ ok }) => ok],
          deleted: ['boolean', ({ ok, mailbox }) => ok && mailbox.state === 'ended'],
          retry_at: ['timestamptz', ({ retryAt }) => retryAt],
        })}
       where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id
      returning m.customer_id as "customerId", m.mailbox_id as "mailboxId", m.address,
                u.deleted and m.applied_version = m.wanted_version as deleted`.execute(tx);
    await tellDeleted(
      tx,
      act,
      rows.filter((row) => row.deleted),
    );
  });
}

/** How many mailboxes are due, or being applied under a lease; not those put off after a failure. */
export async function countOutstanding(db: Db, at: Temporal.Instant, leaseSeconds: number): Promise<number> {
  const { rows } = await sql<{ outstanding: bigint }>`
    select count(*) as outstanding from mailboxes
     where applied_version < wanted_version and provision_after <= ${at.add({ seconds: leaseSeconds })} and provision_failures = 0`.execute(
    db,
  );
  return Number(rows[0]?.outstanding ?? 0);
}

type Deleted = { customerId: bigint; mailboxId: bigint; address: string };

// A deletion that was applied twice is told once.
async function tellDeleted(tx: Tx, act: Act, deleted: readonly Deleted[]): Promise<void> {
  if (deleted.length === 0) return;
  const told = await sql<{ mailbox_id: bigint }>`
    select id::bigint as mailbox_id
      from events e cross join lateral jsonb_array_elements_text(e.data->'mailbox_ids') id
     where e.customer_id = any(${deleted.map((row) => row.customerId)}::bigint[]) and e.type = 'mailboxes.deleted'`.execute(
    tx,
  );
  const known = new Set(told.rows.map((row) => row.mailbox_id));
  const fresh = deleted.filter((row) => !known.has(row.mailboxId));
  await recordEvents(
    tx,
    act,
    [...Map.groupBy(fresh, (row) => row.customerId)].map(([customerId, mailboxes]) => ({
      customerId,
      type: 'mailboxes.deleted' as const,
      data: { mailbox_ids: mailboxes.map((each) => each.mailboxId), addresses: mailboxes.map((each) => each.address) },
    })),
  );
}

function keys(mailboxes: readonly { customerId: bigint; mailboxId: bigint; version?: number }[]) {
  return columns(mailboxes, {
    customer_id: ['bigint', (mailbox) => mailbox.customerId],
    mailbox_id: ['bigint', (mailbox) => mailbox.mailboxId],
    version: ['integer', (mailbox) => mailbox.version ?? null],
  });
}
