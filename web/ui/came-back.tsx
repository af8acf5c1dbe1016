import { Alert, Text } from '@mantine/core';
import { IconHourglass } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** For a payer who is back from the provider's page: its word is awaited, or has not come yet. */
export function CameBack({ stage }: { stage: 'asking' | 'unheard' }) {
  const { t } = useTranslation('pay');
  const isAsking = stage === 'asking';
  return (
    <Alert color={isAsking ? 'blue' : 'yellow'} icon={<IconHourglass />} title={t(`back.${stage}`)}>
      <Text size="sm">{t(`back.${stage}Help`)}</Text>
    </Alert>
  );
}
