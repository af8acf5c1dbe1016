import { main } from '#cli/_main.ts';

// One file per command, loaded only when it runs.
const commands = {
  start: () => import('#cli/start.ts'),
  import: () => import('#cli/import.ts'),
  renew: () => import('#cli/renew.ts'),
  clock: () => import('#cli/clock.ts'),
  forecast: () => import('#cli/forecast.ts'),
  export: () => import('#cli/export.ts'),
  operator: () => import('#cli/operator.ts'),
  verify: () => import('#cli/verify.ts'),
  payments: () => import('#cli/payments.ts'),
  reconcile: () => import('#cli/reconcile.ts'),
  backup: () => import('#cli/backup.ts'),
  restore: () => import('#cli/restore.ts'),
  bench: () => import('#cli/bench.ts'),
};

// Not merely exitCode: an interrupted command may leave open connections behind, which would keep the process alive.
process.exit(await main(commands, process.argv.slice(2)));
