import { closeCollections } from '#domain/dunning/collection.ts';
import type { Effect } from '#domain/events/effect.ts';
import type { Act } from '#domain/events/record.ts';
import type { Mailer } from '#domain/letters/mailer.ts';
import { createLetterSending } from '#domain/letters/send.ts';
import { concludeCharges, concludeRefunds } from '#domain/orders/conclude.ts';
import { webhooksEffects } from '#domain/orders/follow-webhooks.ts';
import { methodChecksEffects } from '#domain/payments/check-methods.ts';
import { chargesEffects } from '#domain/payments/drive.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { reconciliationEffect } from '#domain/payments/reconcile-nightly.ts';
import { refundsEffect } from '#domain/payments/refund.ts';
import { parkCustomer } from '#domain/platforms/park.ts';
import { createProvisioningDrive } from '#domain/provisioning/drive.ts';
import type { Provisioning } from '#domain/provisioning/platform.ts';
import { type Db, transaction } from '#kit/db.ts';
import type { Engine } from '#worker/engine.ts';
import { listReactions } from '#worker/reactions.ts';

/** What an installation brings: its database, its settings, and its ways out. */
export type EngineParts = {
  db: Db;
  workers: number;
  leaseSeconds: number;
  secret: string;
  publicUrl: string;
  mailFrom: string;
  providers: Providers;
  mailer: Mailer;
  /** null where no mail platform is connected: what it should be like stays noted. */
  provisioning: Provisioning | null;
  tell: Engine['tell'];
};

/** Puts the business day together: what follows from events, and the effects outside, in the order they are driven. */
export function assembleEngine(parts: EngineParts): Engine {
  const { db, workers, leaseSeconds, secret, publicUrl, providers, tell } = parts;
  const fail = async (act: Act, customerId: bigint, error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    tell('customer parked', { process: 'payments', customerId, error });
    await transaction(db, (tx) => parkCustomer(tx, act, { customerId, process: 'payments', reason }));
  };
  const desk = { db, providers, leaseSeconds, fail };
  const { mailer, mailFrom, provisioning } = parts;
  const effects: Effect[] = [
    ...webhooksEffects({ db, providers, leaseSeconds, tell }),
    ...chargesEffects({
      ...desk,
      // Whoever owes nothing any more need not be looked at again by the collection.
      conclude: async (tx, act, outcomes) => closeCollections(tx, await concludeCharges(tx, act, outcomes)),
    }),
    ...methodChecksEffects({ db, providers, leaseSeconds, tell }),
    refundsEffect({ ...desk, conclude: concludeRefunds }),
    createLetterSending({ db, mailer, mailFrom, leaseSeconds }),
    reconciliationEffect({ db, providers, tell }),
    ...(provisioning ? [createProvisioningDrive({ db, provisioning, leaseSeconds, tell })] : []),
  ];
  return { db, workers, reactions: listReactions({ secret, publicUrl }), effects, tell };
}
