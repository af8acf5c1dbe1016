import { Notifications } from '@mantine/notifications';

/** Where notices are drawn. */
export function NoticeCorner() {
  return <Notifications position="bottom-right" />;
}
