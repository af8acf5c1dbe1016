import { once } from 'node:events';
import type { Command } from '#cli/_main.ts';

/** Serves until it is told to stop, then stops everything in order: requests, worker, database. */
export const command: Command = {
  summary: 'Starts everything: the database, the API and the worker.',
  usage: ['start'],
  stopsItself: true,
  async run(context) {
    // The database boots, in a process of its own, while the product is read. What keeps it from booting is told below.
    context.database().catch(() => {});
    const { startProduct } = await import('#cli/product.ts');
    const product = await startProduct(context);
    process.stdout.write(`${product.greeting.join('\n')}\n`);
    if (!context.stopping.aborted) await once(context.stopping, 'abort');
    await product.stop();
  },
};
