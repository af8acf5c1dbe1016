import type { Temporal } from 'temporal-polyfill';
import type { Effect } from '#domain/events/effect.ts';
import { decideAccess } from '#domain/platforms/decide-access.ts';
import type { Clock } from '#kit/clock.ts';
import type { Db } from '#kit/db.ts';
import { type Applied, type Claimed, claimMailboxes, countOutstanding, extendLeases, writeApplied } from './_queue.ts';
import type { Provisioning, WantedMailbox } from './platform.ts';

/** `leaseSeconds`: for how long nobody else applies a mailbox that was claimed. */
export type ProvisioningDesk = {
  db: Db;
  provisioning: Provisioning;
  leaseSeconds: number;
  /** Hears of what the platform refused, for the log. */
  tell?(message: string, details: object): void;
};

const callSize = 500;
const callsAtOnce = 2;
const claimSize = callSize * callsAtOnce;
const claimsPerDrive = 20;

/**
 * Brings the mail platform to the wanted states: claimed by a lease in one transaction, applied outside of any, written
 * back with the version that was applied, so that what changed meanwhile stays due. It converges after any crash or lost
 * answer, because a state is applied and not a step. It never changes money.
 */
export function createProvisioningDrive(desk: ProvisioningDesk): Effect {
  return {
    name: 'provisioning',
    drive: async (clock) => {
      let done = 0;
      for (let claim = 0; claim < claimsPerDrive; claim++) {
        const dealt = await applyClaim(desk, clock);
        done += dealt;
        if (dealt < claimSize) break;
      }
      return done;
    },
    outstanding: (moment) => countOutstanding(desk.db, moment.at, desk.leaseSeconds),
  };
}

async function applyClaim(desk: ProvisioningDesk, clock: Clock): Promise<number> {
  const { db, leaseSeconds } = desk;
  const lease = () => ({ at: clock().at, until: clock().at.add({ seconds: leaseSeconds }) });
  const claimed = await claimMailboxes(db, { ...lease(), size: claimSize });
  const calls = Array.from({ length: Math.ceil(claimed.length / callSize) }, (_, i) =>
    claimed.slice(i * callSize, (i + 1) * callSize),
  );
  const beat = setInterval(() => {
    extendLeases(db, claimed, lease().until).catch(() => {});
  }, leaseSeconds * 400);
  try {
    const applied = (await Promise.all(calls.map((call) => applyCall(desk, call, clock)))).flat();
    if (applied.length > 0) await writeApplied(db, { actor: 'system', ...clock() }, applied);
  } finally {
    clearInterval(beat);
  }
  return claimed.length;
}

async function applyCall(
  { provisioning, tell }: ProvisioningDesk,
  mailboxes: readonly Claimed[],
  clock: Clock,
): Promise<Applied[]> {
  const answers = await provisioning.apply(mailboxes.map(wantedOf)).catch((error: unknown) => {
    // Nobody knows which were applied: all of them again, later.
    const reason = error instanceof Error ? error.message : String(error);
    return mailboxes.map(({ mailboxId }) => ({ mailboxId, ok: false, error: reason }));
  });
  const failed = answers.filter((answer) => !answer.ok);
  if (failed.length > 0) tell?.('provisioning failed', { mailboxes: failed.length, first: failed[0] });
  const { at } = clock();
  return mailboxes.map((mailbox, i) => ({
    mailbox,
    ok: answers[i]?.ok === true,
    retryAt: at.add(pauses[mailbox.failures] ?? longest),
  }));
}

function wantedOf(mailbox: Claimed): WantedMailbox {
  const { mailboxId, platform, address, plan } = mailbox;
  return { mailboxId, platform, address, plan, ...decideAccess(mailbox) };
}

// The first is short: a platform that was away for a moment holds nobody's access.
const pauses: readonly Temporal.DurationLike[] = [
  { seconds: 20 },
  { minutes: 1 },
  { minutes: 5 },
  { minutes: 30 },
  { hours: 2 },
  { hours: 6 },
];
const longest: Temporal.DurationLike = { hours: 24 };
