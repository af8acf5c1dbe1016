import { describe, test } from 'node:test';
import { contractOf } from '#adapters/payments/contract/steps.ts';
import type { ProviderWorld } from '#adapters/payments/contract/world.ts';

/** What every payment provider must keep, whoever it is: each step of the contract is a test. */
export function providerContract(world: ProviderWorld): void {
  describe(`payment provider ${world.provider.name}`, () => {
    for (const step of contractOf(world.provider.kinds)) test(step.name, () => step.run(world));
  });
}
