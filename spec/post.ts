import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type MailFault, startMailCatcher } from '#adapters/mail/catcher.ts';
import { createSmtpMailer } from '#adapters/mail/smtp.ts';
import { createSandboxPlatform, type SandboxPlatformOptions } from '#adapters/provisioning/sandbox.ts';
import { registerUsers } from '#domain/identity/register.ts';
import type { Role } from '#domain/identity/roles.ts';
import { linkSecret, openShop, shopZone } from '#spec/shop.ts';
import { assembleEngine } from '#worker/assemble.ts';
import { runDay } from '#worker/run.ts';

export const publicUrl = 'https://posta.example';
export const mailFrom = 'Posta <posta@posta.example>';

/** A shop that also writes letters, sends them to a real mail server, and has a mail platform. */
export async function openPostalShop(owner: { after(done: () => Promise<void>): void }, startsOn = '2027-03-01') {
  const shop = await openShop(owner, startsOn);
  const now = () => shop.moment().at;
  const wire: { mail?: (to: string) => MailFault | undefined; platform?: SandboxPlatformOptions['fault'] } = {};
  const catcher = await startMailCatcher(shop.db, { now, port: 0, fault: (to) => wire.mail?.(to) });
  const mailer = createSmtpMailer(catcher.url, { now });
  owner.after(async () => {
    await mailer.close();
    await catcher.close();
  });
  const provisioning = createSandboxPlatform(shop.db, { now, fault: () => wire.platform?.() });
  const engine = assembleEngine({
    ...{ db: shop.db, timeZone: shopZone, workers: 2, leaseSeconds: 30, secret: linkSecret, publicUrl, mailFrom },
    ...{
      providers: shop.providers,
      mailer,
      provisioning,
      tell: (message, details) => shop.told.push({ message, details }),
    },
  });
  const work = () => runDay(engine, () => shop.moment());
  return {
    ...shop,
    engine,
    mailer,
    provisioning,
    mail: wire,
    work,
    live: async (until: string) => {
      while (shop.moment().on.toString() < until) {
        shop.setTime(shop.moment().on.add({ days: 1 }).toString());
        await work();
      }
    },
  };
}

export type PostalShop = Awaited<ReturnType<typeof openPostalShop>>;

/** A user of a customer, who has signed in before. */
export async function addPerson(
  shop: PostalShop,
  person: { customerId: bigint; email: string; role: Role; language?: string },
) {
  const { customerId, email, role, language = 'en' } = person;
  const memberships = [{ customerId, role }];
  const [userId] = await shop.within((tx) =>
    registerUsers(tx, [{ email, name: email, language, memberships, now: shop.moment().at }]),
  );
  return userId as bigint;
}

export type LetterRow = {
  kind: string;
  step: string;
  recipient: string;
  language: string;
  subject: string;
  body: string;
  html: string;
  state: string;
  on: string;
  messageId: string;
  attempts: number;
  failure: string;
};

/** The letters of a customer, oldest first. */
export async function lettersOf(shop: { db: PostalShop['db'] }, customerId: bigint): Promise<LetterRow[]> {
  const { rows } = await sql<LetterRow & { at: Temporal.Instant }>`
    select kind, step, recipient, language, subject, body, html, state, written_at as at, message_id as "messageId", attempts, failure
      from letters where customer_id = ${customerId} order by written_at, letter_id`.execute(shop.db);
  return rows.map(({ at, ...row }) => ({ ...row, on: at.toZonedDateTimeISO(shopZone).toPlainDate().toString() }));
}

/** The Message-IDs that reached the mail server for an address, oldest first. */
export async function caughtFor(shop: { db: PostalShop['db'] }, address: string): Promise<string[]> {
  const { rows } = await sql<{ message_id: string }>`
    select message_id from sandbox.caught_letters where ${address} = any(envelope_to) order by id`.execute(shop.db);
  return rows.map((row) => row.message_id);
}
