import { startAuthentication, startRegistration, WebAuthnAbortService } from '@simplewebauthn/browser';
import type { Api } from '#web/api/types.ts';

// What browsers need only when a passkey is used: loaded then.

type Asked = Api['POST /v1/passkey-challenges']['answer'];
export type Assertion = Api['POST /v1/passkey-sessions']['body']['passkey'];
type AskedKey = Api['POST /v1/me/passkey-challenges']['answer'];
type NewKey = Api['POST /v1/me/passkeys']['body']['passkey'];
type Wish = Parameters<typeof startAuthentication>[0]['optionsJSON'];
type WishedKey = Parameters<typeof startRegistration>[0]['optionsJSON'];

/** Why a device signed nothing: the person or the browser's time-out said no, or it could not be asked at all. */
type Reason = 'cancelled' | 'replaced' | 'exists' | 'address' | 'failed';

/** Nothing was signed and nothing was sent. */
export class PasskeyStopped extends Error {
  override readonly name = 'PasskeyStopped';
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }
}

let isFilling = false;

/** Has a device sign. Filling in, the browser offers passkeys in the address field and waits for as long as it takes. */
export async function sign(asked: Asked, fills: boolean): Promise<Assertion> {
  isFilling = fills;
  try {
    const wish = { optionsJSON: asked as Wish, useBrowserAutofill: fills };
    const { id, rawId, type, response } = await startAuthentication(wish);
    return { id, rawId, type, response } as Assertion;
  } catch (error) {
    throw new PasskeyStopped(reasonOf(error));
  } finally {
    if (fills) isFilling = false;
  }
}

/** Has a device make a key. */
export async function make(asked: AskedKey): Promise<NewKey> {
  try {
    const { id, rawId, type, response } = await startRegistration({ optionsJSON: asked as WishedKey });
    return { id, rawId, type, response } as NewKey;
  } catch (error) {
    throw new PasskeyStopped(reasonOf(error));
  }
}

/** Stops waiting in the address field; what was asked with a button goes on. */
export function stopFilling(): void {
  if (isFilling) WebAuthnAbortService.cancelCeremony();
}

function reasonOf(error: unknown): Reason {
  const { name } = error as Error;
  if (name === 'AbortError') return 'replaced';
  if (name === 'NotAllowedError') return 'cancelled';
  if (name === 'InvalidStateError') return 'exists';
  return name === 'SecurityError' ? 'address' : 'failed';
}
