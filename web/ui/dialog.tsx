import type { ModalProps } from '@mantine/core';
import { later, useEverWanted } from './later.tsx';

const DialogWindow = later(() => import('./dialog-window.tsx'), 'DialogWindow');

export type DialogProps = Omit<ModalProps, 'closeButtonProps'>;

/** A dialog over the screen. Few who open a screen open one of its dialogs: what draws it comes with the first. */
export function Dialog(props: DialogProps) {
  return useEverWanted(props.opened) ? <DialogWindow {...props} /> : null;
}
