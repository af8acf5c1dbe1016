import {
  cancels,
  declines,
  outlivesLostAnswer,
  refusesUnknownCharge,
  takesOnce,
} from '#adapters/payments/contract/_confirmation.ts';
import {
  createsOnce,
  movesNothing,
  refusesNoAmount,
  refusesOtherMoney,
  refusesUnknownToken,
} from '#adapters/payments/contract/_creation.ts';
import { asksItsOwner, paysOnPage } from '#adapters/payments/contract/_payer.ts';
import { givesBackOnce, neverGivesTooMuch, statementHasEnds } from '#adapters/payments/contract/_refunds.ts';
import { opensOnce, registers, removes } from '#adapters/payments/contract/_registration.ts';
import type { Step } from '#adapters/payments/contract/world.ts';
import type { MethodKind } from '#domain/payments/provider.ts';

/**
 * The whole contract of the port, step by step, for a provider that registers these kinds. The specs go through it with
 * the sandbox and the fakes, an operator with the real provider (`payments check`).
 */
export function contractOf(kinds: readonly MethodKind[]): Step[] {
  return [
    ...kinds.map(registers),
    ...[opensOnce, movesNothing, createsOnce, refusesOtherMoney, refusesUnknownToken, refusesNoAmount],
    ...[takesOnce, declines('soft'), declines('hard'), refusesUnknownCharge, cancels],
    ...[outlivesLostAnswer('before'), outlivesLostAnswer('after'), asksItsOwner, paysOnPage],
    ...[givesBackOnce, neverGivesTooMuch, statementHasEnds],
    // Last, because it uses up a method, which for some providers a person has to register.
    removes,
  ];
}
