import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { count } from './format.ts';

type Props = { shown: number; hasMore: boolean; isLoading: boolean; onMore: () => void };

/** Says how much of a long list is shown, and brings the next part of it. */
export function More({ shown, hasMore, isLoading, onMore }: Props) {
  const { t } = useTranslation('billing');
  if (!hasMore) return null;
  return (
    <Group justify="center" gap="md">
      <Text size="sm" c="dimmed" role="status">
        {t('more.shown', { count: shown, number: count(shown) })}
      </Text>
      <Button variant="default" size="xs" loading={isLoading} onClick={onMore}>
        {t('more.next')}
      </Button>
    </Group>
  );
}
