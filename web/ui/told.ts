import { notifications } from '@mantine/notifications';

/** Tells what happened after an act, also to screen readers. */
export function told(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 6_000 });
}
