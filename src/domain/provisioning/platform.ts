/** Suspension has two axes: whether the owner can sign in, and what happens to mail from outside. */
export type MailboxAccess = { signIn: 'on' | 'off'; inbound: 'accept' | 'reject' | 'defer' };

/** How one mailbox shall be on its platform. `exists: false` deletes it with its content; the other fields then do not matter. */
export type WantedMailbox = MailboxAccess & {
  mailboxId: bigint;
  platform: string;
  address: string;
  plan: string;
  exists: boolean;
};

export type AppliedMailbox = { mailboxId: bigint; ok: boolean; error?: string };

/** How one mailbox is on its platform. Where it does not exist the texts are empty and the access is off and reject. */
export type ObservedMailbox = WantedMailbox;

/** The way mailboxes get made, changed, suspended and deleted where they live. */
export type Provisioning = {
  /**
   * Brings mailboxes to the wanted state, each on its own: one that fails says so and does not hold the others. Doing it
   * again changes nothing. Answers in the order asked. Throws PlatformUnavailable when the outcome is unknown: apply again.
   */
  apply(wanted: readonly WantedMailbox[]): Promise<AppliedMailbox[]>;
  /** The states as they are, in the order asked. */
  observe(mailboxIds: readonly bigint[]): Promise<ObservedMailbox[]>;
};

/** The platform did not answer: nobody knows which of the wanted states were applied. */
export class PlatformUnavailable extends Error {
  override readonly name = 'PlatformUnavailable';
}
