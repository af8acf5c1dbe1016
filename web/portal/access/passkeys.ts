import { useEffect, useEffectEvent } from 'react';
import { call } from '#web/api/client.ts';
import type { Assertion } from './ceremony.ts';

/** Whether this browser can use passkeys. */
export const canUsePasskeys: boolean = 'PublicKeyCredential' in globalThis;

/** What runs a passkey, loaded when it is first needed. */
export const ceremony = () => import('./ceremony.ts');

/** Has one of the person's devices sign at the door. */
export async function signAtDoor(fills = false): Promise<Assertion> {
  const { sign } = await ceremony();
  return sign(await call('POST /v1/passkey-challenges', {}), fills);
}

/** Has one of the devices of who is signed in sign once more. */
export async function signAgain(): Promise<Assertion> {
  const { sign } = await ceremony();
  return sign(await call('POST /v1/session/passkey-challenges', {}), false);
}

/** Opens a session with what a device signed. */
export async function enterWithPasskey(passkey: Assertion): Promise<void> {
  await call('POST /v1/passkey-sessions', { body: { passkey } });
}

// What was asked is good for five minutes; a page that stands open longer asks anew.
const FRESH = 4 * 60_000;

/**
 * Lets the browser offer passkeys in the address field while `isOn`, where it can. Whatever stops that is nothing to tell:
 * nobody asked for it yet.
 */
export function usePasskeyFilling(isOn: boolean, chosen: (passkey: Assertion) => void): void {
  const onChosen = useEffectEvent(chosen);
  useEffect(() => {
    if (!isOn || !canUsePasskeys) return;
    let isOver = false;
    const wait = async (): Promise<void> => {
      let isOld = false;
      const renewal = setTimeout(() => {
        isOld = true;
        void ceremony().then(({ stopFilling }) => stopFilling());
      }, FRESH);
      const passkey = await signAtDoor(true).catch(() => null);
      clearTimeout(renewal);
      if (isOver) return;
      if (passkey) onChosen(passkey);
      else if (isOld) await wait();
    };
    void fillingIsThere().then((isThere) => (isThere && !isOver ? wait() : undefined));
    return () => {
      isOver = true;
      void ceremony().then(({ stopFilling }) => stopFilling());
    };
  }, [isOn]);
}

function fillingIsThere(): Promise<boolean> {
  return PublicKeyCredential.isConditionalMediationAvailable?.() ?? Promise.resolve(false);
}
