import type { FastifyRequest } from 'fastify';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import type { Reset } from '#domain/identity/change-password.ts';
import { recordFactorChange, type TellFactor } from '#domain/identity/factor-changes.ts';
import type { Role } from '#domain/identity/roles.ts';
import type { Visitor } from '#domain/identity/sign-in.ts';
import { type AccountLetter, writeAccountLetter } from '#domain/letters/account-letters.ts';
import { actOf } from '#http/act.ts';
import type { HttpContext } from '#http/context.ts';
import { personOf } from '#http/principal.ts';
import { readMoment } from '#kit/clock.ts';
import { type Tx, transaction } from '#kit/db.ts';

/** Tells a person that somebody signed in as them with a browser that never did before (R33). */
export async function tellNewDevice(
  context: HttpContext,
  login: { userId: bigint; name: string },
  { address, agent }: Visitor,
): Promise<void> {
  const { userId, name: user } = login;
  const sessionsUrl = `${context.settings.publicUrl}/settings`;
  await write(context, async () => ({
    kind: 'new_device',
    userId,
    facts: { user, at: context.now(), device: agent.slice(0, 200), address, sessionsUrl },
  }));
}

/**
 * Sends the link to choose a new password. The caller does not wait for it, so that the answer takes as long for an
 * address nobody has; what goes wrong is written to the log.
 */
export function tellReset(context: HttpContext, writeReset: (tx: Tx) => Promise<Reset>, address: string): void {
  const work = write(context, async (tx) => {
    const { userId, name: user, token, expiresAt } = await writeReset(tx);
    return { kind: 'password_reset', userId, facts: { user, link: linkOf(context, token), expiresAt, address } };
  });
  const settled = work
    .catch((error: unknown) => context.log.error({ err: error }, 'a reset letter was not written'))
    .finally(() => telling.delete(settled));
  telling.add(settled);
}

/** Waits for the letters that nobody waited for; before the database is closed. */
export async function settleTelling(): Promise<void> {
  await Promise.all(telling);
}

/** Writes the letter of an invitation in the transaction that invites. */
export async function writeInvitation(
  tx: Tx,
  act: Act,
  { request, invitation, ...place }: { request: FastifyRequest; invitation: Reset; customerId: bigint; role: Role },
): Promise<void> {
  const { context } = request.server;
  const { userId, token, expiresAt } = invitation;
  const invitedBy = await nameOf(tx, request);
  const facts = { role: place.role, invitedBy, link: linkOf(context, token), expiresAt };
  const letter = { kind: 'invitation', userId, customerId: place.customerId, facts } as const;
  await writeAccountLetter(tx, act, { letter, writing: context.settings });
}

/**
 * Tells of a change of what somebody signs in with, in its transaction: the trail of their customers and a letter to the
 * person, so that one they did not make does not go unseen. A new address is told before it is written: at the old one.
 */
export function factorTeller(request: FastifyRequest): TellFactor {
  const { context } = request.server;
  return async (tx, change) => {
    const act = await actOf(request, tx);
    await recordFactorChange(tx, act, change);
    const { userId, what, name } = change;
    const securityUrl = `${context.settings.publicUrl}/settings#security`;
    const device = (request.headers['user-agent'] ?? '').slice(0, 200);
    const facts = { what, name, at: context.now(), device, address: request.ip, securityUrl };
    const letter = { kind: 'second_factor_changed', userId, facts } as const;
    await writeAccountLetter(tx, act, { letter, writing: context.settings });
  };
}

const telling = new Set<Promise<unknown>>();

async function write(context: HttpContext, make: (tx: Tx) => Promise<AccountLetter>): Promise<void> {
  await transaction(context.database.system, async (tx) => {
    const letter = await make(tx);
    const moment = await readMoment(tx, (await getSeller(tx)).timeZone);
    await writeAccountLetter(tx, { actor: `user:${letter.userId}`, ...moment }, { letter, writing: context.settings });
  });
}

/** Our staff goes by the seller's name. */
async function nameOf(tx: Tx, request: FastifyRequest): Promise<string> {
  const person = personOf(request.principal);
  return person && person.operatorRole === null ? person.name : (await getSeller(tx)).name;
}

function linkOf({ settings }: HttpContext, token: string): string {
  return `${settings.publicUrl}/password/${token}`;
}
