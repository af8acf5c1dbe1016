import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#kit/db.ts';

/**
 * Something that is always true. `violations` gives one row (customer_id, what) for each case in which it is not; a null
 * customer_id is nobody in particular.
 */
export type Check = {
  name: string;
  sentence: string;
  examined: RawBuilder<unknown>;
  violations: RawBuilder<unknown>;
};

/** What a check found: how many things it looked at, how many are wrong, and the first few of them. */
export type Finding = { name: string; sentence: string; examined: bigint; violations: bigint; examples: string[] };

/** Asks one question of the whole database. */
export async function runCheck(tx: Tx, { name, sentence, examined, violations }: Check): Promise<Finding> {
  const { rows } = await sql<Pick<Finding, 'examined' | 'violations' | 'examples'>>`
    with wrong as materialized (${violations})
    select (select count(*) from ${examined})::bigint as examined,
           (select count(*) from wrong)::bigint as violations,
           array(select coalesce(c.code || ': ', '') || w.what
                   from (select customer_id, what from wrong order by customer_id, what limit ${sql.lit(examples)}) w
                   left join customers c on c.customer_id = w.customer_id) as examples`.execute(tx);
  const [found] = rows;
  if (!found) throw new Error(`the check ${name} answered nothing`);
  return { name, sentence, ...found };
}

const examples = 10;
