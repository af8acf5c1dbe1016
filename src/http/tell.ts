import type { Act } from '#domain/events/record.ts';
import type { Reset } from '#domain/identity/change-password.ts';
import type { Visitor } from '#domain/identity/sign-in.ts';
import type { HttpContext } from '#http/context.ts';
import type { Tx } from '#kit/db.ts';

export async function tellNewDevice(_context: HttpContext, _userId: bigint, _visitor: Visitor): Promise<void> {}
export async function tellReset(_context: HttpContext, _write: (tx: Tx) => Promise<Reset>): Promise<void> {}
export async function writeInvitationLetter(
  _tx: Tx,
  _act: Act,
  _letter: { context: HttpContext; customerId: bigint; invitation: Reset },
): Promise<void> {}
