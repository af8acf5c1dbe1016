import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { Temporal } from 'temporal-polyfill';
import { type MailFault, startMailCatcher } from '#adapters/mail/catcher.ts';
import { findCaughtLetter, listCaughtLetters } from '#adapters/mail/caught-letters.ts';
import { createSmtpMailer } from '#adapters/mail/smtp.ts';
import { MailUnavailable } from '#domain/letters/mailer.ts';
import { mailerContract } from '#spec/contracts/mailer.ts';
import { freshDatabase } from '#spec/harness.ts';

const database = await freshDatabase({ after });
const db = database.system;
const now = () => Temporal.Instant.from('2027-03-08T09:00:00Z');
let next: MailFault | undefined;
const fault = () => {
  const once = next;
  next = undefined;
  return once;
};
const catcher = await startMailCatcher(db, { now, port: 0, fault, slowMilliseconds: 1 });
const mailer = createSmtpMailer(catcher.url, { now });
after(async () => {
  await mailer.close();
  await catcher.close();
});

mailerContract('SMTP, into the sandbox’s catcher', async () => ({
  mailer,
  received: async (messageId) => {
    const ids = await sql<{ id: bigint }>`
      select id from sandbox.caught_letters where message_id = ${messageId} order by id`.execute(db);
    const letters = await Promise.all(ids.rows.map(({ id }) => findCaughtLetter(db, id)));
    return letters.filter((letter) => letter !== undefined);
  },
  misbehave: (how) => {
    next = how;
  },
  unreachable: () => createSmtpMailer('smtp://127.0.0.1:1', { now }),
}));

const letter = (to: string, messageId: string) => ({
  messageId,
  to,
  from: 'fatture@rinnovo.example',
  subject: 'Perché no? € 1',
  html: '<p>x</p>',
  text: 'x',
  language: 'it',
});

test('an address asks for trouble by its local part, and a lost answer comes once', async () => {
  const outcome = async (to: string) => mailer.send(letter(to, `<trouble@rinnovo.example>`));
  assert.deepEqual(await outcome('anna+refused@cliente.example').then((a) => a !== 'accepted' && a.again), false);
  assert.deepEqual(await outcome('anna+later@cliente.example').then((a) => a !== 'accepted' && a.again), true);
  assert.equal(await outcome('anna+slow@cliente.example'), 'accepted');
  const lost = letter('anna+lost@cliente.example', '<lost@rinnovo.example>');
  await assert.rejects(mailer.send(lost), MailUnavailable);
  assert.equal(await mailer.send(lost), 'accepted');
});

test('the caught letters are listed newest first, in pages, with their copies and the business date', async () => {
  for (const n of [1, 2, 3]) await mailer.send(letter('list@cliente.example', `<list-${n}@rinnovo.example>`));
  await mailer.send(letter('list@cliente.example', '<list-3@rinnovo.example>'));
  const first = await listCaughtLetters(db, { to: 'list@cliente.example', limit: 3 });
  assert.deepEqual(
    first.map((one) => [one.messageId, one.copies]),
    [
      ['<list-3@rinnovo.example>', 2],
      ['<list-3@rinnovo.example>', 2],
      ['<list-2@rinnovo.example>', 1],
    ],
  );
  const last = first.at(-1);
  assert.ok(last);
  assert.equal(last.subject, 'Perché no? € 1');
  const rest = await listCaughtLetters(db, { to: 'list@cliente.example', before: last.id });
  assert.deepEqual(
    rest.map((one) => one.messageId),
    ['<list-1@rinnovo.example>'],
  );
  const opened = await findCaughtLetter(db, last.id);
  assert.match(opened?.source ?? '', /^Date: Mon, 08 Mar 2027 09:00:00 \+0000\r$/m);
  assert.equal(await findCaughtLetter(db, 0n), undefined);
});

test('a letter that cannot be kept is not accepted', async () => {
  const gone = await startMailCatcher(database.api, { now, port: 0 });
  const other = createSmtpMailer(gone.url, { now });
  const answer = await other.send(letter('a@cliente.example', '<kept@rinnovo.example>'));
  assert.ok(answer !== 'accepted' && answer.again);
  await other.close();
  await gone.close();
});

test('a mail server that was restarted between two letters costs nothing', async () => {
  const first = await startMailCatcher(db, { now, port: 0 });
  const other = createSmtpMailer(first.url, { now, connections: 1 });
  assert.equal(await other.send(letter('a@cliente.example', '<restart-1@rinnovo.example>')), 'accepted');
  await first.close();
  const second = await startMailCatcher(db, { now, port: first.port });
  assert.equal(await other.send(letter('a@cliente.example', '<restart-2@rinnovo.example>')), 'accepted');
  await other.close();
  await second.close();
});

test('a refused sender or login is a mistake in our settings: the letter is not given up', async () => {
  const strict = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    logger: false,
    onAuth: (_auth, _session, answer) => answer(new Error('wrong password')),
    onMailFrom: (_address, _session, answer) => answer(Object.assign(new Error('not you'), { responseCode: 550 })),
    onData: () => assert.fail('nothing may be sent'),
  });
  strict.on('error', () => {});
  await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
  const { port } = strict.server.address() as AddressInfo;
  const sender = createSmtpMailer(`smtp://127.0.0.1:${port}`, { now });
  const answer = await sender.send(letter('a@cliente.example', '<strict@rinnovo.example>'));
  assert.ok(answer !== 'accepted' && answer.again);
  const login = createSmtpMailer(`smtp://user:wrong@127.0.0.1:${port}`, { now });
  await assert.rejects(login.send(letter('a@cliente.example', '<strict@rinnovo.example>')), MailUnavailable);
  await Promise.all([sender.close(), login.close()]);
  for (const connection of strict.connections) connection.close();
  await new Promise<void>((resolve) => strict.close(resolve));
});
