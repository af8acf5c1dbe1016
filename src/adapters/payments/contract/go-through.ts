import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import { contractOf } from '#adapters/payments/contract/steps.ts';
import { NotArranged, type ProviderWorld } from '#adapters/payments/contract/world.ts';

/** How one step ended. `what` was looked at when it failed. */
export type StepResult = { name: string } & (
  | { state: 'ok' }
  | { state: 'skipped'; why: string }
  | { state: 'failed'; what: string; expected: string; found: string }
);

/** Goes through the whole contract, step by step; a step that fails does not stop the others. Ends early when told to stop. */
export async function* goThrough(world: ProviderWorld, stopping: AbortSignal): AsyncGenerator<StepResult> {
  for (const { name, run } of contractOf(world.provider.kinds)) {
    if (stopping.aborted) return;
    try {
      await run(world);
      yield { name, state: 'ok' };
    } catch (error) {
      yield { name, ...(error instanceof NotArranged ? { state: 'skipped', why: error.message } : failure(error)) };
    }
  }
}

function failure(error: unknown): Omit<Extract<StepResult, { state: 'failed' }>, 'name'> {
  if (error instanceof AssertionError) {
    return { state: 'failed', what: error.message, expected: shown(error.expected), found: shown(error.actual) };
  }
  const found = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { state: 'failed', what: 'the step itself', expected: 'an answer', found };
}

function shown(value: unknown): string {
  return inspect(value, { depth: 4, breakLength: Infinity, compact: true });
}
