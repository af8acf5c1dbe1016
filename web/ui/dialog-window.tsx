import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DialogProps } from './dialog.tsx';

/** What draws a dialog, with the way out that all of them have. */
export function DialogWindow({ opened, ...props }: DialogProps) {
  const { t } = useTranslation();
  // Only what was closed before it was opened knows to whom it gives the focus back.
  const [isThere, setThere] = useState(false);
  useEffect(() => setThere(true), []);
  return <Modal {...props} opened={opened && isThere} closeButtonProps={{ 'aria-label': t('close') }} />;
}
