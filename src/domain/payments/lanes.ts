/** Does `work` for every item with at most `limit` calls under way, and answers in the order of the items. */
export async function inFlight<Item, Answer>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers = new Array<Answer>(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const at = next++;
      answers[at] = await work(items[at] as Item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return answers;
}

/** For how long something under way claims more. Not for ever: whoever stops the worker should not wait long. */
export const longestMilliseconds = 30_000;

/** Takes at most so many items, which nobody else gets meanwhile. */
type Claim<Item> = (most: number) => Promise<readonly Item[]>;

/**
 * Keeps up to `calls` calls under way: whenever half of them are over, as many more are claimed, so that one that is slow
 * or gets no answer holds up no other, and what is claimed is begun at once. Ends when nothing is left to claim, or when as
 * many in a row as may be under way were not answered, as `work` says. Answers how many were worked at, and whether that
 * was so.
 */
export async function keepBusy<Item>(
  calls: number,
  claim: Claim<Item>,
  work: (item: Item) => Promise<boolean>,
): Promise<{ done: number; isSilent: boolean }> {
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let done = 0;
  let silence = 0;
  const startedAt = performance.now();
  const goesOn = () => silence < calls && failures.length === 0 && performance.now() - startedAt < longestMilliseconds;
  const begin = (item: Item) => {
    const over = work(item)
      .then(
        (isAnswered) => {
          silence = isAnswered ? 0 : silence + 1;
        },
        (error: unknown) => failures.push(error),
      )
      .then(() => {
        underWay.delete(over);
      });
    underWay.add(over);
  };
  while (goesOn()) {
    // No more than could still be told to be in vain: a provider that answers nobody is asked `calls` times.
    const most = calls - underWay.size - silence;
    if (most <= 0) {
      await Promise.race(underWay);
      continue;
    }
    const items = await claim(most);
    if (items.length === 0 && underWay.size === 0) break;
    done += items.length;
    for (const item of items) begin(item);
    const left = items.length > 0 ? calls / 2 : 0;
    while (underWay.size > left) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
  return { done, isSilent: silence >= calls };
}

/**
 * Lets at most `most` calls be under way at once; who waits goes in the order of asking, but `ahead` of those who were not.
 */
export function limitCalls(most: number) {
  let underWay = 0;
  const waiting: { ahead: (() => void)[]; others: (() => void)[] } = { ahead: [], others: [] };
  return async <T>(work: () => Promise<T>, { ahead = false } = {}): Promise<T> => {
    if (underWay < most) underWay++;
    else await new Promise<void>((go) => (ahead ? waiting.ahead : waiting.others).push(go));
    try {
      return await work();
    } finally {
      // The place goes straight to the next, so that nobody who comes at this moment takes it as well.
      const next = waiting.ahead.shift() ?? waiting.others.shift();
      if (next) next();
      else underWay--;
    }
  };
}

/**
 * Writes in groups what comes one by one: whatever comes while a group is being written goes into the next, so that groups
 * grow as the database slows, and nobody waits for company. Each caller hears when its own group is written.
 */
export function gather<Item>(write: (items: readonly Item[]) => Promise<unknown>): (item: Item) => Promise<void> {
  let next: { items: Item[]; written: Promise<void> } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return (item) => {
    next ??= begin();
    next.items.push(item);
    return next.written;
  };

  function begin() {
    const items: Item[] = [];
    const written = last.then(async () => {
      next = undefined;
      await write(items);
    });
    last = written.catch(() => {});
    return { items, written };
  }
}
