import type { ModalProps } from '@mantine/core';
import { Suspense } from 'react';
import { later, useEverWanted } from './later.ts';

const DialogWindow = later(() => import('./dialog-window.tsx'), 'DialogWindow');

export type DialogProps = Omit<ModalProps, 'closeButtonProps'>;

/** A dialog over the screen. Few who open a screen open one of its dialogs: what draws it comes with the first. */
export function Dialog(props: DialogProps) {
  return useEverWanted(props.opened) ? (
    <Suspense>
      <DialogWindow {...props} />
    </Suspense>
  ) : null;
}
