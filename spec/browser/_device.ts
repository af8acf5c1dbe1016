import type { BrowserContext, Page } from 'playwright-core';

/**
 * A device that keeps passkeys, in this browser: it knows its owner, who says yes to whatever it is asked; also to what the
 * browser offers in the address field, where it is not told that there is no such thing.
 */
export async function plugDevice(context: BrowserContext, page: Page, { fills = false } = {}) {
  if (!fills) await context.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false');
  const wire = await context.newCDPSession(page);
  await wire.send('WebAuthn.enable');
  const { authenticatorId } = await wire.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return {
    /** Whether it knows who holds it. */
    knowsOwner: (isUserVerified: boolean) => wire.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}
