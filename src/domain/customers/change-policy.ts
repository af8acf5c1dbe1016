import Value from 'typebox/value';
import { refuse } from '#domain/customers/_refusals.ts';
import { lockSeller, updatePolicy } from '#domain/customers/_store.ts';
import {
  defaultPolicy,
  type Policy,
  PolicySchema,
  policyOf,
  type WrittenPolicy,
  writtenPolicy,
} from '#domain/customers/policy.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import type { Db, Tx } from '#kit/db.ts';
import type { Field } from '#kit/errors.ts';

/** The seller's policy as it stands, defaults filled in. Refuses `no_seller`. */
export async function getPolicy(tx: Db | Tx): Promise<Policy> {
  return (await getSeller(tx)).policy;
}

/**
 * Changes numbers of the seller's policy. It counts from the next decision on: deadlines and expiries already written
 * stay. Only what differs from the defaults is kept. Refuses `bad_policy`, naming field and rule (R38); the operator's
 * reason stands in the event (R37).
 */
export async function changePolicy(
  tx: Tx,
  act: Act,
  { patch, reason }: { patch: Partial<WrittenPolicy>; reason: string },
): Promise<Policy> {
  await lockSeller(tx);
  const { sellerId, policy } = await getSeller(tx);
  const before = jsonOf(policy);
  const after = writtenPolicy({ ...before, ...patch });
  const wrong = checkPolicy(patch, after);
  if (wrong.length > 0) throw refuse('bad_policy', { fields: wrong });
  const changed = names.filter((name) => differs(before[name], after[name]));
  if (changed.length === 0) return policy;
  await updatePolicy(tx, sellerId, overridesOf(after));
  const changes = Object.fromEntries(changed.map((name) => [name, { from: before[name], to: after[name] }]));
  await recordSellerEvent(tx, act, { type: 'policies.changed', data: { changes, reason } });
  return policyOf(after);
}

/** A policy as JSON: amounts as integers. */
export function jsonOf(policy: Policy): WrittenPolicy {
  const number = (amount: bigint | null) => (amount === null ? null : Number(amount));
  return {
    ...policy,
    topup_minimum: Number(policy.topup_minimum),
    brake_amount: number(policy.brake_amount),
    customer_ceiling: number(policy.customer_ceiling),
  };
}

/** What is wrong with a change of policy, by field; `after` is the whole policy it would make. */
export function checkPolicy(patch: object, after: WrittenPolicy): Field[] {
  const wrong = Object.entries(patch).flatMap(([name, value]): Field[] => {
    const schema = PolicySchema.properties[name as keyof WrittenPolicy] as { description?: string } | undefined;
    if (!schema || !Object.hasOwn(PolicySchema.properties, name)) return [{ name, rule: 'R38: no such policy' }];
    return Value.Check(schema, value) && inOrder(name, value) ? [] : [{ name, rule: schema.description ?? 'R38' }];
  });
  return wrong.length > 0 ? wrong : tooEarly(after);
}

const names = Object.keys(defaultPolicy) as (keyof WrittenPolicy)[];

function inOrder(name: string, value: unknown): boolean {
  if (!Array.isArray(value)) return true;
  const steps = name === 'retry_days' ? value : value.toReversed();
  return steps.every((step, i) => i === 0 || step > steps[i - 1]);
}

/** A letter written so many days before an end that it would be due before the beginning is no warning. */
function tooEarly(after: WrittenPolicy): Field[] {
  const warnings = [
    ['reminder_days', 'grace_days', 'R33'],
    ['ending_letter_days', 'debt_retention_days', 'R30'],
    ['deletion_letter_days', 'retention_days', 'R33'],
  ] as const;
  return warnings.flatMap(([letters, whole, rule]) =>
    after[letters].every((day) => day < after[whole])
      ? []
      : [{ name: letters, rule: `${rule}: each smaller than ${whole}, which is ${after[whole]}` }],
  );
}

function overridesOf(policy: WrittenPolicy): Partial<WrittenPolicy> {
  return Object.fromEntries(
    names.filter((name) => differs(policy[name], defaultPolicy[name])).map((name) => [name, policy[name]]),
  );
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
