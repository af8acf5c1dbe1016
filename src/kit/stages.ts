/** Milliseconds spent in each named stage since they were last taken, over everything that runs at once. */
const spent = new Map<string, number>();

/** Does some work and adds the time it took to its stage. For the bench, which shows where a batch's time goes. */
export async function stage<T>(name: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  try {
    return await work();
  } finally {
    spent.set(name, (spent.get(name) ?? 0) + performance.now() - from);
  }
}

/** The stages and their milliseconds so far, which begin again at 0. */
export function takeStages(): Record<string, number> {
  const taken = Object.fromEntries(spent);
  spent.clear();
  return taken;
}
