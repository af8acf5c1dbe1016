import type { MethodKind, PaymentProvider } from '#domain/payments/provider.ts';

/** A registered method as a step wants it, by how its owner's bank behaves. */
export type Behaviour = 'succeeds' | 'declines_softly' | 'declines_hard' | 'asks_for_its_owner';

/** A page of the provider's, and the registration or charge it belongs to. */
export type ProviderPage = { url: string; ref: string };

/** What goes through the contract must bring: the provider, and a hand on its other side. */
export type ProviderWorld = {
  provider: PaymentProvider;
  /** A valid token of a method that behaves so at the next charge, and is not `another`. */
  token(behaviour: Behaviour, another?: string): Promise<string>;
  /** The customer goes to the provider's page and registers something that works. */
  registerOn(page: ProviderPage, kind: MethodKind): Promise<void>;
  /** The payer goes to the provider's page and pays, or confirms; false when the page does not let them. */
  payOn(page: ProviderPage): Promise<boolean>;
  /** The next confirmation loses its answer, before or after the work is done. */
  loseAnswer(when: 'before' | 'after'): void;
  /** Set where the statement shows a movement only hours later: then nothing is looked for on it. */
  isStatementLate?: true;
};

/** One promise of the port, named by what it promises. It throws when the promise is broken. */
export type Step = { name: string; run(world: ProviderWorld): Promise<void> };

/** Whoever sits before a browser: is shown a page and what to do there, and waited for until it is done. */
export type Person = { visit(page: { what: string; url: string }, isDone: () => Promise<boolean>): Promise<void> };

/** Nobody can bring this about at this provider: the step stays unchecked, and says why. */
export class NotArranged extends Error {
  override readonly name = 'NotArranged';
}
