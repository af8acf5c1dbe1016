import { once } from 'node:events';
import type { Command } from '#cli/_main.ts';
import { startProduct } from '#cli/product.ts';

/** Serves until it is told to stop, then stops everything in order: requests, worker, database. */
export const command: Command = {
  summary: 'Starts everything: the database, the API and the worker.',
  usage: ['start'],
  stopsItself: true,
  async run(context) {
    const product = await startProduct(context);
    process.stdout.write(`${product.greeting.join('\n')}\n`);
    if (!context.stopping.aborted) await once(context.stopping, 'abort');
    await product.stop();
  },
};
