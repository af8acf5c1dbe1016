import { Temporal } from 'temporal-polyfill';
import type { Happened } from '#domain/events/reaction.ts';
import { today } from '#kit/dates.ts';
import { readLiving, readMailboxes } from './_facts-mailboxes.ts';
import { readActors, readBalances } from './_facts-money.ts';
import { customersOf, idOf, type LetterPlan, listed, type Teller, type Telling } from './_telling.ts';
import type { Mode, ModeRow } from './types.ts';

/** Renewal modes were changed, in one act (R19–R21). */
export const tellModes: Teller = async (telling, events) => {
  const { tx, seller, links } = telling;
  const changesOf = (event: Happened) => event.data['changes'] as unknown as readonly ToldChange[];
  const keys = events.flatMap((event) =>
    changesOf(event).map((change) => ({ customerId: event.customerId, mailboxId: BigInt(change.mailbox_id) })),
  );
  const mailboxes = await readMailboxes(tx, keys, seller.timeZone);
  const accounts = await readBalances(tx, customersOf(events));
  const nameOf = await readActors(
    tx,
    events.map((event) => event.actor),
    seller.name,
  );
  return events.map((event): LetterPlan => {
    const { customerId } = event;
    const rows = changesOf(event).flatMap((change): ModeRow[] => {
      const mailbox = mailboxes.get(BigInt(change.mailbox_id));
      if (!mailbox) return [];
      const { from, to } = change;
      const effectiveOn = Temporal.PlainDate.from(change.effective_on);
      return [{ ...mailbox, from, to, effectiveOn, net: to === 'none' ? null : BigInt(change.net) }];
    });
    const facts = {
      changes: listed(rows, links.mailboxes),
      currency: accounts.get(customerId)?.currency ?? '',
      changedBy: nameOf(event.actor),
      anyEnds: rows.some((row) => row.to === 'none'),
    };
    return { kind: 'mode_changed', customerId, step: `modes:${event.eventId}`, facts };
  });
};

/** A platform ends, each mailbox at its own expiry (R22). */
export const tellTerminations: Teller = async (telling, events) => {
  const { seller, links } = telling;
  const { livingOf, nameOf } = await readPlatforms(telling, events);
  return events.map((event): LetterPlan => {
    const rows = livingOf(event).map((mailbox) => ({ ...mailbox, endsOn: mailbox.expiresOn }));
    const facts = {
      platform: String(event.data['name']),
      mailboxes: listed(rows, links.platform(idOf(event, 'platform_id'))),
      lastOn: rows.at(-1)?.endsOn ?? today(event.at, seller.timeZone),
      recordedBy: nameOf(event.actor),
      platformUrl: links.platform(idOf(event, 'platform_id')),
    };
    return { kind: 'termination_recorded', customerId: event.customerId, step: `terminated:${event.eventId}`, facts };
  });
};

/** A platform goes on: every mailbox has its own mode again (R22). */
export const tellRevocations: Teller = async (telling, events) => {
  const { livingOf, nameOf } = await readPlatforms(telling, events);
  return events.map((event): LetterPlan => {
    const rows = livingOf(event).map((mailbox) => ({ ...mailbox, renewsOn: mailbox.expiresOn }));
    const facts = {
      platform: String(event.data['name']),
      mailboxes: listed(rows, telling.links.platform(idOf(event, 'platform_id'))),
      revokedBy: nameOf(event.actor),
    };
    return { kind: 'termination_revoked', customerId: event.customerId, step: `revoked:${event.eventId}`, facts };
  });
};

type ToldChange = { mailbox_id: number; from: Mode; to: Mode; effective_on: string; net: number };

async function readPlatforms({ tx, seller }: Telling, events: readonly Happened[]) {
  const keys = events.map((event) => ({ customerId: event.customerId, platformId: idOf(event, 'platform_id') }));
  const living = await readLiving(tx, keys, seller.timeZone);
  const nameOf = await readActors(
    tx,
    events.map((event) => event.actor),
    seller.name,
  );
  return { livingOf: (event: Happened) => living.get(idOf(event, 'platform_id')) ?? [], nameOf };
}
