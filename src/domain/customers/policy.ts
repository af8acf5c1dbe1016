import Type, { type Static, type TInteger } from 'typebox';

/**
 * Every number of the rules that a seller may set, with its default. The description is the rule as it is told when a
 * value is refused (R38). Amounts are minor units of the seller's currency.
 */
export const PolicySchema = Type.Object(
  {
    order_expiry_days: days(15, { least: 1, most: 90, rule: 'R7: days until an unpaid order expires' }),
    topup_minimum: amount(1000, 'R7: the smallest top-up, in minor units'),
    price_notice_days: days(30, { least: 0, most: 180, rule: 'R15: days a price change is known before it applies' }),
    brake_reach_days: days(3, { least: 0, most: 366, rule: 'R16: days a run may reach back without a word' }),
    brake_amount: ceiling('R16: what a run may renew without a word, in minor units; null for no limit'),
    customer_ceiling: ceiling('R16: what a run may renew for one customer, in minor units; null for no limit'),
    mode_cutoff: choice(['expiry', '24h', '19th'], 'R20: until when a change of mode counts for the next expiry'),
    retention_days: days(30, { least: 1, most: 366, rule: 'R21: days the content is kept after none took effect' }),
    deletion_letter_days: countdown([7, 1], 'R33: days before the deletion of content when a letter warns'),
    // Fewer would break the promise of 168 hours in every zone (P6).
    grace_days: days(7, { least: 7, most: 90, rule: 'R25: days from an unpaid invoice to its deadline' }),
    retry_days: countUp([1, 3, 6], 'R26: days after the first charge when a soft decline is tried again'),
    reminder_days: countdown([3, 1], 'R33: days before the deadline when a letter reminds'),
    suspension_scope: choice(['invoice', 'customer'], 'R29: suspend the mailboxes of the unpaid invoice, or all'),
    debt_retention_days: days(30, { least: 1, most: 366, rule: 'R30: days from suspension for debt to the end' }),
    ending_letter_days: countdown([7, 1], 'R30: days before the end when a letter warns'),
    method_notice_days: countdown([30, 7], 'R32: days before a card expires when a letter tells'),
    method_health_days: days(15, {
      least: 3,
      most: 60,
      rule: 'R32: days before a renewal when methods that will not work are told',
    }),
    notice_days: days(15, { least: 1, most: 60, rule: 'R33: days before a renewal when a letter announces it' }),
    long_notice_days: days(40, { least: 1, most: 180, rule: 'R33: the same, also, for terms over a month' }),
  },
  { additionalProperties: false },
);

type Written = Static<typeof PolicySchema>;
type Amounts = { topup_minimum: bigint; brake_amount: bigint | null; customer_ceiling: bigint | null };

/** A seller's policy, complete; amounts are bigint minor units. */
export type Policy = Omit<Written, keyof Amounts> & Amounts;

/** A policy as it is written in JSON, complete; amounts are JSON integers. */
export type WrittenPolicy = Written;

/** The policy of a seller who changed nothing. */
export const defaultPolicy: Readonly<WrittenPolicy> = Object.fromEntries(
  Object.entries(PolicySchema.properties).map(([name, schema]) => [name, (schema as { default?: unknown }).default]),
) as WrittenPolicy;

/** The complete policy of a seller, from what the seller changed. A number that is no longer a policy is left out. */
export function policyOf(overrides: object): Policy {
  const written = writtenPolicy(overrides);
  return {
    ...written,
    topup_minimum: BigInt(written.topup_minimum),
    brake_amount: written.brake_amount === null ? null : BigInt(written.brake_amount),
    customer_ceiling: written.customer_ceiling === null ? null : BigInt(written.customer_ceiling),
  };
}

/** The same, as JSON. */
export function writtenPolicy(overrides: object): WrittenPolicy {
  const known = Object.entries(overrides).filter(([name]) => name in defaultPolicy);
  return { ...defaultPolicy, ...Object.fromEntries(known) };
}

function days(usual: number, { least, most, rule }: { least: number; most: number; rule: string }): TInteger {
  return Type.Integer({ default: usual, minimum: least, maximum: most, description: `${rule}; ${least} to ${most}` });
}

function amount(usual: number, rule: string): TInteger {
  return Type.Integer({ default: usual, minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: rule });
}

function ceiling(rule: string) {
  const limit = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
  return Type.Union([limit, Type.Null()], { default: null, description: rule });
}

function choice<const Words extends string[]>(words: readonly [...Words], rule: string) {
  return Type.Enum(words, { default: words[0], description: `${rule}; one of ${words.join(', ')}` });
}

function countdown(usual: number[], rule: string) {
  return steps(usual, `${rule}; at most 6 days, each smaller than the one before`);
}

function countUp(usual: number[], rule: string) {
  return steps(usual, `${rule}; at most 6 days, each greater than the one before`);
}

function steps(usual: number[], description: string) {
  return Type.Array(Type.Integer({ minimum: 1, maximum: 180 }), { default: usual, maxItems: 6, description });
}
