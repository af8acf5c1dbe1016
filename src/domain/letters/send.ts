import type { Effect } from '#domain/events/effect.ts';
import type { Clock } from '#kit/clock.ts';
import type { Db } from '#kit/db.ts';
import { type Claimed, claimLetters, countOutstanding, extendLeases, type Tried, writeTried } from './_outbox.ts';
import { decideDelivery } from './decide-delivery.ts';
import type { Delivery, Mailer } from './mailer.ts';

/** `mailFrom` is `Name <address>`; `leaseSeconds`: for how long nobody else sends a letter that was claimed. */
export type LetterDesk = { db: Db; mailer: Mailer; mailFrom: string; leaseSeconds: number };

const batchSize = 200;
const batchesPerDrive = 10;

/**
 * Sends what was written (R34): claimed by a lease in one transaction, handed to the mail server outside of any, the
 * answers written in one statement. Only a lost answer makes a letter leave twice, and then with the same Message-ID (P9).
 */
export function createLetterSending(desk: LetterDesk): Effect {
  return {
    name: 'letters',
    drive: async (clock) => {
      let done = 0;
      for (let batch = 0; batch < batchesPerDrive; batch++) {
        const dealt = await sendBatch(desk, clock);
        done += dealt;
        if (dealt < batchSize) break;
      }
      return done;
    },
    outstanding: (moment) => countOutstanding(desk.db, moment.at, desk.leaseSeconds),
  };
}

async function sendBatch(desk: LetterDesk, clock: Clock): Promise<number> {
  const { db, leaseSeconds } = desk;
  const lease = () => ({ at: clock().at, until: clock().at.add({ seconds: leaseSeconds }) });
  const claimed = await claimLetters(db, { ...lease(), size: batchSize });
  const sending = claimed.filter((letter) => letter.state === 'written');
  // A slow mail server outlasts the lease: while we are alive nobody else may take the letters for abandoned.
  const beat = setInterval(() => {
    extendLeases(db, sending, lease().until).catch(() => {});
  }, leaseSeconds * 400);
  try {
    await writeTried(db, await Promise.all(sending.map((letter) => trySending(desk, letter, clock))));
  } finally {
    clearInterval(beat);
  }
  return claimed.length;
}

// All at once: the mailer queues them on its few connections.
async function trySending({ mailer, mailFrom }: LetterDesk, letter: Claimed, clock: Clock): Promise<Tried> {
  const { messageId, recipient, subject, html, text, language, writtenAt, attempts } = letter;
  let delivery: Delivery | null = null;
  let reason = '';
  try {
    delivery = await mailer.send({ messageId, to: recipient, from: mailFrom, subject, html, text, language });
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  const { at } = clock();
  return { letter, at, decision: decideDelivery({ writtenAt, attempts, delivery, reason }, at) };
}
