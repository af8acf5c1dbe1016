import { Alert } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

/** Says over every screen that the connection is lost, for as long as it is. */
export function Connection() {
  const { t } = useTranslation();
  const isOnline = useSyncExternalStore(follow, () => navigator.onLine);
  return (
    <div role="status" style={{ position: 'sticky', top: 0, zIndex: 500 }}>
      {!isOnline && (
        <Alert
          role="presentation"
          color="yellow"
          variant="filled"
          autoContrast
          radius={0}
          icon={<IconPlugConnectedX />}
          title={t('problem.lost')}
        >
          {t('problem.lostHelp')}
        </Alert>
      )}
    </div>
  );
}

function follow(changed: () => void): () => void {
  addEventListener('online', changed);
  addEventListener('offline', changed);
  return () => {
    removeEventListener('online', changed);
    removeEventListener('offline', changed);
  };
}
