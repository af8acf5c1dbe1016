import { startMailCatcher } from '#adapters/mail/catcher.ts';
import { createSmtpMailer } from '#adapters/mail/smtp.ts';
import { createSandboxPlatform } from '#adapters/provisioning/sandbox.ts';
import { ensureSeller } from '#cli/_setup.ts';
import type { Context } from '#cli/context.ts';
import { createProviders } from '#cli/providers.ts';
import { readSellerClock } from '#domain/customers/sellers.ts';
import { bindAccounts } from '#domain/payments/bind-accounts.ts';
import type { Providers } from '#domain/payments/providers.ts';
import type { Clock } from '#kit/clock.ts';
import { StartError } from '#kit/errors.ts';
import { assembleEngine } from '#worker/assemble.ts';
import type { Engine } from '#worker/engine.ts';

/** The business day with the ways out that this installation has. */
export type OpenEngine = {
  engine: Engine;
  providers: Providers;
  /** The business clock; in the sandbox it follows what the clock is set to, a moment later. */
  clock: Clock;
  /** Reads anew what the clock was set to, and the seller's time zone. */
  refreshClock(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Wires the adapters to the business day. In the sandbox everything outside is a fake that ships with us: the payment
 * provider, the mail platform, and a mail server that keeps every letter. In production a mail server and a sender are needed.
 */
export async function openEngine(context: Context): Promise<OpenEngine> {
  const { settings, log } = context;
  const { system: db } = await context.database();
  await ensureSeller(db);
  let clock = await readSellerClock(db);
  const now = () => clock().at;
  const isSandbox = settings.mode === 'sandbox';
  if (!isSandbox && !settings.smtpUrl)
    throw new StartError('RINNOVO_SMTP_URL is needed in production: letters must leave.');
  if (!isSandbox && !settings.mailFrom)
    throw new StartError('RINNOVO_MAIL_FROM is needed in production: letters need a sender.');
  const catcher = settings.smtpUrl ? null : await startMailCatcher(db, { now, port: 0 });
  const mailer = createSmtpMailer(settings.smtpUrl ?? catcher?.url ?? '', { now });
  const say = (sentence: string) => log.error(sentence);
  const providers = bindAccounts(await createProviders(settings, db, now), { db, say });
  const { workers, leaseSeconds, secret, publicUrl, mailFrom = sandboxSender } = settings;
  const engine = assembleEngine({
    ...{ db, workers, leaseSeconds, secret, publicUrl, mailFrom, providers, mailer },
    provisioning: isSandbox ? createSandboxPlatform(db, { now }) : null,
    tell: (message, details) => log.error(details, message),
  });
  const close = async () => {
    await mailer.close();
    await catcher?.close();
  };
  const refreshClock = async () => {
    clock = await readSellerClock(db);
  };
  return { engine, providers, clock: () => clock(), refreshClock, close };
}

const sandboxSender = 'Rinnovo <letters@rinnovo.example>';
