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
