import type { MailboxState } from '#domain/platforms/types.ts';

/** What the mail platform shall do with a mailbox: both axes of a suspension, and whether it is there at all. */
export type Access = { signIn: 'on' | 'off'; inbound: 'accept' | 'reject' | 'defer'; exists: boolean };

/**
 * How a mailbox in this state stands on its platform. Suspended for debt it still receives, so that nothing is lost when
 * the payment comes (R29); suspended at its expiry nobody pays for it any more and mail goes back to its sender (R21);
 * ended it is deleted with its content (R30).
 */
export function decideAccess(mailbox: { state: MailboxState; suspendedFor: 'expiry' | 'debt' | null }): Access {
  if (mailbox.state === 'ended') return { signIn: 'off', inbound: 'reject', exists: false };
  if (mailbox.state === 'active') return { signIn: 'on', inbound: 'accept', exists: true };
  return { signIn: 'off', inbound: mailbox.suspendedFor === 'debt' ? 'accept' : 'reject', exists: true };
}
