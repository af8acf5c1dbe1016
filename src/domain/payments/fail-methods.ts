import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { columns, type Tx } from '#kit/db.ts';

export type MethodFailure = { customerId: bigint; methodId: bigint; code: string };

/** Takes methods out of use that an issuer refused for good: they are never charged again (R26, R32). */
export async function failMethods(tx: Tx, act: Act, failures: readonly MethodFailure[]): Promise<void> {
  if (failures.length === 0) return;
  const { rows } = await sql<MethodFailure & { brand: string; lastFour: string }>`
    update payment_methods m
       set state = case when u.code = 'expired_card' then 'expired' else 'failed' end, failure = u.code
      from ${columns(failures, {
        customer_id: ['bigint', (failure) => failure.customerId],
        method_id: ['bigint', (failure) => failure.methodId],
        code: ['text', (failure) => failure.code],
      })}
     where m.customer_id = u.customer_id and m.method_id = u.method_id and m.state = 'valid'
    returning m.customer_id as "customerId", m.method_id as "methodId", m.failure as code, m.brand,
              m.last_four as "lastFour"`.execute(tx);
  await recordEvents(
    tx,
    act,
    rows.map(({ customerId, methodId, code, brand, lastFour }) => ({
      customerId,
      type: 'methods.failed' as const,
      data: { method_id: methodId, code, brand, last_four: lastFour },
    })),
  );
}
