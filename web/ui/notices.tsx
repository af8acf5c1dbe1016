import { useNotifications } from '@mantine/notifications';
import { later, useEverWanted } from './later.tsx';

const NoticeCorner = later(() => import('./notice-corner.tsx'), 'NoticeCorner');

/** What was told after an act, in the corner of the window; it comes with the first that is told. */
export function Notices() {
  const { notifications } = useNotifications();
  return useEverWanted(notifications.length > 0) ? <NoticeCorner /> : null;
}
