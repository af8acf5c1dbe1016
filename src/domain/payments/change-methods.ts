import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { isUsable, readMethods, writeDefault } from '#domain/payments/_methods.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { columns, type Tx } from '#kit/db.ts';

/** `backupIds` in the order in which they are tried; what is left out stays as it is. */
export type MethodOrder = { customerId: bigint; defaultId?: bigint; backupIds?: readonly bigint[] };

/**
 * Says which method is charged first and which ones stand in for it, in which order (R26, R32). The default is never also
 * a backup. Refuses `method_unknown`, `method_not_valid`, and changes nothing then.
 */
export async function changeMethods(tx: Tx, act: Act, order: MethodOrder): Promise<void> {
  const { customerId, defaultId, backupIds } = order;
  await lockAccount(tx, customerId);
  const methods = new Map((await readMethods(tx, [customerId])).map((method) => [method.methodId, method]));
  for (const methodId of [...(defaultId === undefined ? [] : [defaultId]), ...(backupIds ?? [])]) {
    const method = methods.get(methodId);
    if (!method) throw refusePayment('method_unknown');
    if (!isUsable(method, act.on)) throw refusePayment('method_not_valid');
  }
  if (defaultId !== undefined) await writeDefault(tx, customerId, defaultId);
  if (backupIds) await writeBackups(tx, customerId, backupIds);
  const data = { default_id: defaultId ?? null, backup_ids: backupIds ?? null };
  await recordEvents(tx, act, [{ customerId, type: 'methods.changed', data }]);
}

async function writeBackups(tx: Tx, customerId: bigint, backupIds: readonly bigint[]): Promise<void> {
  const ranked = [...new Set(backupIds)].map((methodId, rank) => ({ methodId, rank }));
  await sql`
    update payment_methods set backup_rank = null
     where customer_id = ${customerId} and backup_rank is not null`.execute(tx);
  await sql`
    update payment_methods m set backup_rank = u.rank
      from ${columns(ranked, {
        customer_id: ['bigint', () => customerId],
        method_id: ['bigint', (each) => each.methodId],
        rank: ['integer', (each) => each.rank],
      })}
     where m.customer_id = u.customer_id and m.method_id = u.method_id and not m.is_default`.execute(tx);
}
