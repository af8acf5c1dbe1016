import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { changeModes, type ModeResult } from '#domain/platforms/change-modes.ts';
import { revokeTermination, type TerminationAnswer, terminatePlatform } from '#domain/platforms/terminate.ts';
import type { Mode } from '#domain/platforms/types.ts';
import type { Place } from './_person.ts';
import type { Core } from './_world-core.ts';

/** What a person does with mailboxes and platforms. */
export function serviceActs(core: Core, { customerId, userId, name }: Place) {
  const { notebook, moment, act } = core;
  const transact = core.asPerson(customerId);
  const say = (line: string) => notebook.write(moment().on, `*${name} ${line}*`);
  const change = async (addresses: readonly string[], wanted: Mode | 'previous', dryRun: boolean) => {
    const mailboxIds = await idsOf(core, customerId, addresses);
    return transact((tx) => changeModes(tx, act(`user:${userId}`), { customerId, mailboxIds, wanted, dryRun }));
  };
  return {
    /** What a change of mode would do (R19): one line per mailbox. */
    previewMode: async (addresses: readonly string[], wanted: Mode | 'previous'): Promise<string[]> =>
      (await change(addresses, wanted, true)).map(told),
    /** Changes the mode of mailboxes in one act; answers what the preview said. */
    changeMode: async (addresses: readonly string[], wanted: Mode | 'previous'): Promise<string[]> => {
      const results = (await change(addresses, wanted, false)).map(told);
      const what = wanted === 'previous' ? 'takes “none” back' : `chooses ${wanted}`;
      say(`${what}: ${results.join('; ')}.`);
      return results;
    },
    /** Terminates a platform by typing its name (R22); answers what ends when. */
    terminate: async (platform: string, typed = platform, reason = ''): Promise<TerminationAnswer> => {
      const termination = { customerId, platformId: await platformOf(core, customerId, platform), name: typed, reason };
      say(`terminates the platform \`${platform}\`, typing \`${typed}\`.`);
      return transact((tx) => terminatePlatform(tx, act(`user:${userId}`), { ...termination, dryRun: false }));
    },
    /** Takes the termination back. */
    revoke: async (platform: string): Promise<void> => {
      const platformId = await platformOf(core, customerId, platform);
      say(`takes the termination of \`${platform}\` back.`);
      await transact((tx) => revokeTermination(tx, act(`user:${userId}`), { customerId, platformId }));
    },
  };
}

/** The ids of the live mailboxes at these addresses. */
export async function idsOf({ db }: Core, customerId: bigint, addresses: readonly string[]): Promise<bigint[]> {
  const { rows } = await sql<{ address: string; mailboxId: bigint }>`
    select address, mailbox_id as "mailboxId" from mailboxes where customer_id = ${customerId} and state <> 'ended'`.execute(
    db,
  );
  return addresses.map((address) => {
    const found = rows.find((row) => row.address === address);
    assert(found, `there is no mailbox ${address}`);
    return found.mailboxId;
  });
}

/** The id of a customer's platform. */
export async function platformOf({ db }: Core, customerId: bigint, name: string): Promise<bigint> {
  const row = await db
    .selectFrom('platforms')
    .select('platform_id')
    .where('customer_id', '=', customerId)
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return row.platform_id;
}

function told(result: ModeResult): string {
  if (result.outcome === 'unknown') return `${result.mailboxId}: unknown`;
  if (result.outcome === 'refused') return `${result.address}: refused (${result.code})`;
  const { address, from, to, effectiveOn, oldNet, newNet } = result;
  const from_to = result.outcome === 'unchanged' ? `${to} as before` : `${from} → ${to}`;
  return `${address}: ${from_to} on ${effectiveOn}, ${cents(oldNet)} → ${cents(newNet)}`;
}

function cents(amount: bigint): string {
  return `${amount / 100n}.${String(amount % 100n).padStart(2, '0')}`;
}
