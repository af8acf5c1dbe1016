import { createTransport } from 'nodemailer';
import type { Temporal } from 'temporal-polyfill';
import { type Delivery, type Mailer, MailUnavailable, type OutgoingLetter } from '#domain/letters/mailer.ts';
import { hasControls, parseAddress, parseSender } from '#kit/address.ts';

export type SmtpOptions = {
  now: () => Temporal.Instant;
  /** How many connections share the letters. */
  connections?: number;
};

/**
 * Letters through a mail server, e.g. `smtps://user:password@mail.example.com` (R34). Encrypts whenever the server can; `?requireTLS=true` insists.
 * The pool takes another connection by itself only while not a byte of a letter has left; a lost answer is ours (P9).
 */
export function createSmtpMailer(url: string, { now, connections = 10 }: SmtpOptions): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    socketTimeout: 60_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async (letter) => {
      const addressed = checkLetter(letter);
      if ('refused' in addressed) return addressed;
      try {
        await transport.sendMail({ ...message(letter, now()), ...addressed });
        return 'accepted';
      } catch (error) {
        return refusalIn(error);
      }
    },
    close: async () => transport.close(),
  };
}

type Addressed = { from: { name: string; address: string }; to: { name: string; address: string } };

// The library would quote most of this away; what reaches it is clean all the same, so that no header depends on that.
function checkLetter(letter: OutgoingLetter): Addressed | Exclude<Delivery, 'accepted'> {
  const to = parseAddress(letter.to);
  const from = parseSender(letter.from);
  if (to === null) return { refused: 'not an e-mail address we write to', again: false };
  // Like a sender the server refuses: a mistake in our settings, and the letter waits until it is mended.
  if (from === null) return { refused: 'not a sender address', again: true };
  if (hasControls(letter.subject)) return { refused: 'the subject has a control character', again: false };
  if (!/^<[\w.+-]+@[\w.-]+>$/.test(letter.messageId)) return { refused: 'not a Message-ID', again: false };
  if (!/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(letter.language)) return { refused: 'not a language', again: false };
  return { from, to: { name: '', address: to } };
}

function message({ messageId, subject, html, text, language }: OutgoingLetter, at: Temporal.Instant) {
  return {
    messageId,
    subject,
    html,
    text,
    date: new Date(at.epochMilliseconds),
    headers: { 'Content-Language': language, 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

// Only an answer about this letter is one: a broken connection or a refused login says nothing about where it went.
function refusalIn(error: unknown): Delivery {
  const { responseCode, command, message, response } = error as SmtpError;
  if (responseCode === undefined || !['MAIL FROM', 'RCPT TO', 'DATA'].includes(command ?? '')) {
    throw new MailUnavailable(message, { cause: error });
  }
  // A refused sender is a mistake in our settings, not in the letter: it waits until that is mended.
  const again = responseCode < 500 || command === 'MAIL FROM';
  return { refused: String(response ?? message).slice(0, 500), again };
}

type SmtpError = { responseCode?: number; command?: string; response?: string; message: string };
