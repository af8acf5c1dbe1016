import { openEngine } from '#cli/_engine.ts';
import type { Context } from '#cli/context.ts';
import { checkAccount, ForeignAccount, moveToAccount } from '#domain/payments/bind-accounts.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import { getProvider, type Providers } from '#domain/payments/providers.ts';
import type { Db } from '#kit/db.ts';
import { StartError } from '#kit/errors.ts';

/** Refuses keys of another account than the one charged with so far; a provider that does not answer keeps nobody from starting. */
export async function refuseForeignKeys(db: Db, providers: Providers): Promise<void> {
  for (const provider of Object.values(providers)) {
    try {
      await checkAccount(db, provider);
    } catch (error) {
      if (error instanceof ForeignAccount) throw new StartError(`${error.message}.`);
    }
  }
}

/** Says whose the keys are; with a reason, what is behind them becomes the account that is charged with from now on. */
export async function keepAccount(
  context: Context,
  { name, accept }: { name: ProviderName; accept: string | undefined },
): Promise<number> {
  const open = await openEngine(context);
  try {
    const { db } = open.engine;
    const provider = getProvider(open.providers, name);
    if (accept !== undefined) {
      await moveToAccount(db, { actor: 'operator:cli', ...open.clock() }, { provider, reason: accept });
    }
    await refuseForeignKeys(db, { [name]: provider });
    process.stdout.write(`The keys of ${name} belong to the account that is charged with.\n`);
    return 0;
  } finally {
    await open.close();
  }
}
