import { useNotifications } from '@mantine/notifications';
import { Suspense } from 'react';
import { later, useEverWanted } from './later.ts';

const NoticeCorner = later(() => import('./notice-corner.tsx'), 'NoticeCorner');

/** What was told after an act, in the corner of the window; it comes with the first that is told. */
export function Notices() {
  const { notifications } = useNotifications();
  return useEverWanted(notifications.length > 0) ? (
    <Suspense>
      <NoticeCorner />
    </Suspense>
  ) : null;
}
