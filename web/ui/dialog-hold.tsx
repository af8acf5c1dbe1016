import { Button, type ButtonProps } from '@mantine/core';
import { createContext, useContext, useEffect } from 'react';

/** Whether a dialog is held open by what is under way in it, and how its content says so. */
export const DialogHold = createContext({ isHeld: false, setHeld: (_isHeld: boolean) => {} });

/**
 * Drawn in a dialog, holds it open while what was asked for there is under way: whoever left would find the answer in the
 * next dialog, or never. Outside of a dialog it does nothing.
 */
export function HoldDialog({ isBusy }: { isBusy: boolean }) {
  const { setHeld } = useContext(DialogHold);
  useEffect(() => {
    setHeld(isBusy);
    return () => setHeld(false);
  }, [isBusy, setHeld]);
  return null;
}

/** A button that leads out of a dialog, or back in it; shut like the dialog itself while something is under way. */
export function LeaveButton(props: ButtonProps & { onClick: () => void }) {
  const { isHeld } = useContext(DialogHold);
  return <Button variant="default" {...props} disabled={isHeld} />;
}
