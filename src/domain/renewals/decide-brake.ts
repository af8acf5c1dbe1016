import type { Policy } from '#domain/customers/policy.ts';

/** `reachDays`: how long ago the oldest due expiry is. `amount`: net minor units the run would renew; null: no limit is set. */
export type BrakeQuestion = {
  reachDays: number;
  amount: bigint | null;
  policy: Pick<Policy, 'brake_reach_days' | 'brake_amount'>;
};

/** Why a run waits for an operator's word, in a sentence; null when it may go (R16). */
export function decideBrake({ reachDays, amount, policy }: BrakeQuestion): string | null {
  if (reachDays > policy.brake_reach_days) {
    return `The run would reach back ${reachDays} days; more than ${policy.brake_reach_days} wait for an operator's word.`;
  }
  if (amount !== null && policy.brake_amount !== null && amount > policy.brake_amount) {
    return `The run would renew ${amount} net; more than ${policy.brake_amount} waits for an operator's word.`;
  }
  return null;
}
