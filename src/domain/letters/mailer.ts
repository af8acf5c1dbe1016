/** A letter ready to leave. `to` is a bare address; `from` an address or `Name <address>`; `messageId` in angle brackets, the same at every attempt (R34). */
export type OutgoingLetter = {
  messageId: string;
  to: string;
  from: string;
  subject: string;
  html: string;
  text: string;
  language: string;
};

/** What the mail server answered. A refused letter did not leave: `again` says whether a later attempt may succeed (a 4xx answer). */
export type Delivery = 'accepted' | { refused: string; again: boolean };

/** The way letters leave. Takes many letters at once and queues them on a few connections. */
export type Mailer = {
  /** Hands one letter to the mail server. Throws MailUnavailable when the answer was lost: send it again later, with the same Message-ID (P9). */
  send(letter: OutgoingLetter): Promise<Delivery>;
  close(): Promise<void>;
};

/** No connection, or a connection lost before the answer: nobody knows whether the letter left (P9). */
export class MailUnavailable extends Error {
  override readonly name = 'MailUnavailable';
}
