import { Modal } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DialogProps } from './dialog.tsx';
import { DialogHold } from './dialog-hold.tsx';

/** What draws a dialog, with the way out that all of them have. */
export function DialogWindow({ opened, onClose, ...props }: DialogProps) {
  const { t } = useTranslation();
  // Only what was closed before it was opened knows to whom it gives the focus back.
  const [isThere, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  const [isHeld, setHeld] = useState(false);
  const hold = useMemo(() => ({ isHeld, setHeld }), [isHeld]);
  return (
    <DialogHold value={hold}>
      <Modal
        {...props}
        opened={opened && isThere}
        onClose={() => !isHeld && onClose()}
        closeButtonProps={{ 'aria-label': t('close'), disabled: isHeld }}
      />
    </DialogHold>
  );
}
