import { createAtProvider, decideAtProvider, unanswered, type Verdict } from '#domain/payments/_ask.ts';
import { type Leased, storeReferences } from '#domain/payments/_claim.ts';
import { type ChargeWriting, writeVerdicts } from '#domain/payments/_verdicts.ts';
import { gather, limitCalls } from '#domain/payments/lanes.ts';
import type { Providers } from '#domain/payments/providers.ts';

export type FlowDesk = ChargeWriting & { providers: Providers };

/** The charges that this process carries through their steps at one provider. */
export type Flow = {
  /** Those under way, by number. */
  held: ReadonlyMap<bigint, Leased>;
  /** Begins to carry a claimed charge. */
  carry(charge: Leased): void;
  /** Writes what needs no asking. */
  conclude(verdict: Verdict): void;
  /** Waits until no more than this many things are under way. */
  until(left: number): Promise<void>;
  /** Whether the provider answers nobody; then no more calls are made. */
  isSilent(): boolean;
  /** Throws what kept anything from being written. */
  assertWritten(): void;
};

/**
 * Carries charges: made known at the provider, reference stored, confirmed, outcome written. At most `calls` are made at
 * once, while groups of other charges are written; one that is known already goes before one that is not.
 */
export function openFlow(desk: FlowDesk, calls: number): Flow {
  const { isSilent, ask } = openLine(calls);
  const store = gather<Leased>((charges) => storeReferences(desk.db, charges));
  const write = gather<Verdict>((verdicts) => writeVerdicts(desk, verdicts));
  const held = new Map<bigint, Leased>();
  const { begin, until, assertWritten } = openRound();

  const carry = async (charge: Leased) => {
    const known = charge.providerRef
      ? await createAtProvider(desk.providers, charge)
      : await ask(() => createAtProvider(desk.providers, charge), { verdict: unanswered(charge) });
    if ('verdict' in known) return write(known.verdict);
    // Before it is confirmed: an outcome nobody heard is then a question about a known reference, for ever (rule 3).
    if (!charge.providerRef) await store({ ...charge, ...known.charge });
    const decide = async () => ({ verdict: await decideAtProvider(desk.providers, known) });
    const { verdict } = await ask(decide, { verdict: unanswered(known.charge) }, { ahead: true });
    await write(verdict);
  };

  return {
    held,
    carry: (charge) => {
      held.set(charge.chargeId, charge);
      begin(carry(charge).finally(() => held.delete(charge.chargeId)));
    },
    conclude: (verdict) => begin(write(verdict)),
    ...{ until, isSilent, assertWritten },
  };
}

/** Calls to one provider: after as many without any answer, one after the other, as may be made at once, no more are made. */
function openLine(calls: number) {
  const call = limitCalls(calls);
  let silence = 0;
  const isSilent = () => silence >= calls;
  const ask = <Answer extends object>(
    work: () => Promise<Answer>,
    unasked: Answer,
    options?: { ahead: boolean },
  ): Promise<Answer> =>
    call(async () => {
      if (isSilent()) return unasked;
      const answer = await work();
      const verdict = 'verdict' in answer ? (answer.verdict as Verdict) : {};
      silence = 'unanswered' in verdict ? silence + 1 : 0;
      return answer;
    }, options);
  return { isSilent, ask };
}

/** What was begun and is not over. */
function openRound() {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let ended = () => {};
  const begin = (work: Promise<void>) => {
    const over = work
      .catch((error: unknown) => failures.push(error))
      .then(() => {
        underWay.delete(over);
        ended();
      });
    underWay.add(over);
  };
  const until = async (left: number) => {
    while (underWay.size > left) {
      await new Promise<void>((resolve) => {
        ended = resolve;
      });
    }
  };
  const assertWritten = () => {
    if (failures.length > 0) throw failures[0];
  };
  return { begin, until, assertWritten };
}
