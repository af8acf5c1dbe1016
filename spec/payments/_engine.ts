import { createSandboxPlatform } from '#adapters/provisioning/sandbox.ts';
import { testSecret } from '#spec/harness.ts';
import { assembleEngine } from '#worker/assemble.ts';
import type { Engine } from '#worker/engine.ts';
import type { PaymentsWorld } from './_world.ts';

/** The business day in this process, with the world's providers; letters go nowhere. */
export function engineOf({ db, providers, now }: PaymentsWorld, tell: Engine['tell']): Engine {
  return assembleEngine({
    ...{ db, providers, tell, workers: 2, leaseSeconds: 600, secret: testSecret },
    ...{
      publicUrl: 'https://portal.example',
      mailFrom: 'Test <test@example.com>',
      provisioning: createSandboxPlatform(db, { now }),
    },
    mailer: { send: async () => 'accepted', close: async () => {} },
  });
}
