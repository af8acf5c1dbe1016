import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import {
  type AppliedMailbox,
  type MailboxAccess,
  type ObservedMailbox,
  PlatformUnavailable,
  type Provisioning,
  type WantedMailbox,
} from '#domain/provisioning/platform.ts';
import { columns, type Db, type Tx, transaction } from '#kit/db.ts';

/** What can go wrong: nothing done and no answer, done but no answer, late. A text fails one mailbox with that reason. */
export type PlatformFault = 'timeout_before' | 'timeout_after' | 'slow';

export type SandboxPlatformOptions = {
  now: () => Temporal.Instant;
  /** Breaks the wire of a whole call. */
  fault?: () => PlatformFault | undefined;
  /** Fails single mailboxes, with the reason. */
  refuse?: (wanted: WantedMailbox) => string | undefined;
  slowMilliseconds?: number;
};

/** The sandbox as specs see it: a mail platform, and a sender from outside. */
export type SandboxPlatform = Provisioning & {
  /** Somebody writes to `address`: what the platform does with the mail. A kept message survives suspension and goes with its mailbox. */
  deliver(address: string): Promise<'accepted' | 'rejected' | 'deferred'>;
  /** How many messages a mailbox holds; null where it does not exist. */
  countMessages(mailboxId: bigint): Promise<number | null>;
};

/** A mail platform that says it is a fake: it keeps real states in the schema `sandbox` and hosts no mail. */
export function createSandboxPlatform(db: Db, options: SandboxPlatformOptions): SandboxPlatform {
  return {
    apply: async (wanted) => {
      const fault = options.fault?.();
      if (fault === 'timeout_before') throw new PlatformUnavailable('apply: no answer');
      if (fault === 'slow') await delay(options.slowMilliseconds ?? 2000);
      const applied = await applyAll(db, wanted, options);
      if (fault === 'timeout_after') throw new PlatformUnavailable('apply: no answer');
      return applied;
    },
    observe: (mailboxIds) => observeAll(db, mailboxIds),
    deliver: (address) => deliverTo(db, address),
    countMessages: (mailboxId) => countMessages(db, mailboxId),
  };
}

async function applyAll(
  db: Db,
  wanted: readonly WantedMailbox[],
  { now, refuse }: SandboxPlatformOptions,
): Promise<AppliedMailbox[]> {
  const reasons = wanted.map((one) => refuse?.(one) ?? '');
  // In mailbox order, so that two calls over the same mailboxes wait for each other instead of locking up.
  const last = new Map(wanted.filter((_, i) => !reasons[i]).map((one) => [one.mailboxId, one]));
  const doable = [...last.values()].sort((a, b) => (a.mailboxId < b.mailboxId ? -1 : 1));
  const done = await writeStates(db, doable, now()).catch((error: { code?: string }) => {
    // Another call took an address in between; this time it will be seen.
    if (error.code !== uniqueViolation) throw error;
    return writeStates(db, doable, now());
  });
  return wanted.map(({ mailboxId }, i) => {
    const error = reasons[i] || (done.has(mailboxId) ? '' : 'the address belongs to another mailbox');
    return error ? { mailboxId, ok: false, error } : { mailboxId, ok: true };
  });
}

async function writeStates(db: Db, wanted: WantedMailbox[], at: Temporal.Instant): Promise<Set<bigint>> {
  const gone = wanted.filter((one) => !one.exists);
  const present = wanted.filter((one) => one.exists);
  return transaction(db, async (tx) => {
    // Deletions first: their addresses become free for others of the same call.
    await sql`delete from sandbox.remote_mailboxes where mailbox_id = any(${gone.map((one) => one.mailboxId)}::bigint[])`.execute(
      tx,
    );
    const written = await upsertAll(tx, present, at);
    return new Set([...gone.map((one) => one.mailboxId), ...written]);
  });
}

async function upsertAll(tx: Tx, present: WantedMailbox[], at: Temporal.Instant): Promise<bigint[]> {
  const taken = await takenAddresses(tx, present);
  const free = present.filter((one) => !taken.has(one.mailboxId));
  const rows = columns(free, {
    mailbox_id: ['bigint', (w) => w.mailboxId],
    platform: ['text', (w) => w.platform],
    address: ['text', (w) => w.address],
    plan: ['text', (w) => w.plan],
    sign_in: ['text', (w) => w.signIn],
    inbound: ['text', (w) => w.inbound],
  });
  await sql`
    insert into sandbox.remote_mailboxes as m
      (mailbox_id, platform, address, plan, sign_in, inbound, created_at, changed_at)
    select u.mailbox_id, u.platform, u.address, u.plan, u.sign_in, u.inbound, ${at}, ${at} from ${rows}
    order by u.mailbox_id
    on conflict (mailbox_id) do update set platform = excluded.platform, address = excluded.address, plan = excluded.plan,
      sign_in = excluded.sign_in, inbound = excluded.inbound, changed_at = excluded.changed_at
    where (m.platform, m.address, m.plan, m.sign_in, m.inbound)
      is distinct from (excluded.platform, excluded.address, excluded.plan, excluded.sign_in, excluded.inbound)`.execute(
    tx,
  );
  return free.map((one) => one.mailboxId);
}

// Who may not have the address asked for: another mailbox has it already, here or earlier in the same call.
async function takenAddresses(tx: Tx, present: WantedMailbox[]): Promise<Set<bigint>> {
  const result = await sql<{ mailbox_id: bigint; address: string }>`
    select mailbox_id, address from sandbox.remote_mailboxes
    where address = any(${present.map((one) => one.address)}::text[])`.execute(tx);
  const holder = new Map(result.rows.map((row) => [row.address, row.mailbox_id]));
  const taken = new Set<bigint>();
  for (const { mailboxId, address } of present) {
    const holds = holder.get(address) ?? mailboxId;
    if (holds !== mailboxId) taken.add(mailboxId);
    holder.set(address, holds);
  }
  return taken;
}

async function observeAll(db: Db, mailboxIds: readonly bigint[]): Promise<ObservedMailbox[]> {
  type Row = MailboxRow & { mailbox_id: bigint; platform: string; address: string; plan: string };
  const result = await sql<Row>`
    select mailbox_id, platform, address, plan, sign_in, inbound from sandbox.remote_mailboxes
    where mailbox_id = any(${mailboxIds}::bigint[])`.execute(db);
  const rows = new Map(result.rows.map((row) => [row.mailbox_id, row]));
  return mailboxIds.map((mailboxId) => {
    const row = rows.get(mailboxId);
    if (!row)
      return { mailboxId, platform: '', address: '', plan: '', signIn: 'off', inbound: 'reject', exists: false };
    const { platform, address, plan, sign_in: signIn, inbound } = row;
    return { mailboxId, platform, address, plan, signIn, inbound, exists: true };
  });
}

async function deliverTo(db: Db, address: string): Promise<'accepted' | 'rejected' | 'deferred'> {
  const result = await sql<MailboxRow>`
    update sandbox.remote_mailboxes set messages = messages + (inbound = 'accept')::int
    where address = ${address} returning sign_in, inbound`.execute(db);
  const words = { accept: 'accepted', reject: 'rejected', defer: 'deferred' } as const;
  return words[result.rows[0]?.inbound ?? 'reject'];
}

async function countMessages(db: Db, mailboxId: bigint): Promise<number | null> {
  const result = await sql<{ messages: number }>`
    select messages from sandbox.remote_mailboxes where mailbox_id = ${mailboxId}`.execute(db);
  return result.rows[0]?.messages ?? null;
}

const uniqueViolation = '23505';

type MailboxRow = { sign_in: MailboxAccess['signIn']; inbound: MailboxAccess['inbound'] };
