import type { Policy } from '#domain/customers/policy.ts';
import { formatDecimal } from '#kit/money.ts';

/**
 * `reachDays`: how long ago the oldest due expiry is. `amount`: net minor units the run would renew, those of all currencies
 * counted as the seller's; null: no limit is set. `currency`: the seller's, in which the limit is set.
 */
export type BrakeQuestion = {
  reachDays: number;
  amount: bigint | null;
  currency: string;
  policy: Pick<Policy, 'brake_reach_days' | 'brake_amount'>;
};

/** Why a run waits for an operator's word, in a sentence; null when it may go (R16). */
export function decideBrake({ reachDays, amount, currency, policy }: BrakeQuestion): string | null {
  if (reachDays > policy.brake_reach_days) {
    return `The run would reach back ${reachDays} days; more than ${policy.brake_reach_days} wait for an operator's word.`;
  }
  if (amount !== null && policy.brake_amount !== null && amount > policy.brake_amount) {
    const money = (limit: bigint) => `${formatDecimal(limit, currency)} ${currency}`;
    return `The run would renew ${money(amount)} net; more than ${money(policy.brake_amount)} waits for an operator's word.`;
  }
  return null;
}
