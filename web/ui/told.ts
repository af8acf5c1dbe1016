import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

/** Tells what happened after an act, also to screen readers. */
export function told(message: string): void {
  notifications.show({
    // The same twice, as after a double click, is one thing to tell.
    id: message,
    message,
    color: 'green',
    autoClose: 6_000,
    closeButtonProps: { 'aria-label': i18next.t('close') },
  });
}
