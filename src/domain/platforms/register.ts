import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { insertTerms } from '#domain/platforms/_terms.ts';
import { takeAddresses } from '#domain/platforms/addresses.ts';
import type { Mode, TermMode } from '#domain/platforms/types.ts';
import { columns, type Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';

export type PlatformDraft = { customerId: bigint; name: string; productId: bigint };

/** Opens platforms, one mail service of one product each; returns their ids in the order given. */
export async function registerPlatforms(tx: Tx, act: Act, drafts: readonly PlatformDraft[]): Promise<bigint[]> {
  const ids = await nextIds(tx, drafts.length);
  const rows = drafts.map((draft, i) => ({ ...draft, platformId: ids[i] as bigint }));
  await sql`
    insert into platforms (customer_id, platform_id, name, product_id, created_at)
    select u.customer_id, u.platform_id, u.name, u.product_id, ${act.at}::timestamptz
      from ${columns(rows, {
        customer_id: ['bigint', (row) => row.customerId],
        platform_id: ['bigint', (row) => row.platformId],
        name: ['text', (row) => row.name],
        product_id: ['bigint', (row) => row.productId],
      })}`.execute(tx);
  await recordEvents(
    tx,
    act,
    rows.map((row) => ({
      customerId: row.customerId,
      type: 'platforms.registered' as const,
      data: { platform_id: row.platformId, name: row.name },
    })),
  );
  return ids;
}

/**
 * A mailbox that exists already, with the term it is in: `anchorOn` counts its terms (R13), `termMode` is how the
 * present term was bought, `mode` what happens when it expires.
 */
export type MailboxDraft = {
  customerId: bigint;
  platformId: bigint;
  planId: bigint;
  address: string;
  mode: Mode;
  termMode: TermMode;
  anchorOn: Temporal.PlainDate;
  expiresOn: Temporal.PlainDate;
};

/**
 * Takes over mailboxes with the terms they were granted elsewhere, without an invoice. They run already: their mail
 * platform has nothing to do. One that has expired is due and will be caught up. Returns their ids in the order given. An
 * address that is taken, or stands there twice, breaks the transaction (`Contention`).
 */
export async function registerMailboxes(tx: Tx, act: Act, drafts: readonly MailboxDraft[]): Promise<bigint[]> {
  const ids = await nextIds(tx, drafts.length);
  const rows = drafts.map((draft, i) => ({ ...draft, mailboxId: ids[i] as bigint }));
  await takeAddresses(
    tx,
    drafts.map((draft) => draft.address),
  );
  for (let from = 0; from < rows.length; from += chunk) await insertRegistered(tx, act, rows.slice(from, from + chunk));
  await recordEvents(
    tx,
    act,
    [...Map.groupBy(rows, (row) => row.customerId)].map(([customerId, mailboxes]) => ({
      customerId,
      type: 'mailboxes.registered' as const,
      data: { mailbox_ids: mailboxes.map((mailbox) => mailbox.mailboxId) },
    })),
  );
  return ids;
}

const chunk = 10_000;

async function insertRegistered(
  tx: Tx,
  act: Act,
  rows: readonly (MailboxDraft & { mailboxId: bigint })[],
): Promise<void> {
  await sql`
    insert into mailboxes (customer_id, mailbox_id, platform_id, plan_id, address, state, mode, previous_mode,
                           anchor_on, expires_on, due_on, applied_version, provision_after, created_at)
    select u.customer_id, u.mailbox_id, u.platform_id, u.plan_id, u.address, 'active', u.mode,
           case when u.mode = 'none' then u.term_mode end, u.anchor_on, u.expires_on, u.expires_on, 1,
           ${act.at}::timestamptz, ${act.at}::timestamptz
      from ${columns(rows, {
        customer_id: ['bigint', (row) => row.customerId],
        mailbox_id: ['bigint', (row) => row.mailboxId],
        platform_id: ['bigint', (row) => row.platformId],
        plan_id: ['bigint', (row) => row.planId],
        address: ['text', (row) => row.address],
        mode: ['text', (row) => row.mode],
        term_mode: ['text', (row) => row.termMode],
        anchor_on: ['date', (row) => row.anchorOn],
        expires_on: ['date', (row) => row.expiresOn],
      })}`.execute(tx);
  await insertTerms(
    tx,
    rows.map((row) => ({
      customerId: row.customerId,
      mailboxId: row.mailboxId,
      chain: 1,
      startsOn: row.anchorOn,
      endsOn: row.expiresOn,
      previousEndsOn: null,
      planId: row.planId,
      mode: row.termMode,
      invoiceId: null,
      lineNo: null,
      net: 0n,
    })),
  );
}
