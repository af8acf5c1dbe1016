import { Button, Paper, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import type { Platform } from '#web/api/types.ts';
import type { MailboxSearch } from './search.ts';

type Props = { platform: Platform; search: MailboxSearch; onClear: () => void };

/** Nothing to show: because nothing matches, or because there is nothing yet. */
export function NoMailboxes({ platform, search, onClear }: Props) {
  const { t } = useTranslation('platforms');
  const mayAdd = useMay('mailboxes:write') && platform.state === 'open' && !platform.terminated_at;
  const { sort: _, ...filter } = search;
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="sm" role="status">
        <Text ta="center">{t(isFiltered ? 'empty.noMatch' : 'empty.none')}</Text>
        {isFiltered && (
          <Button variant="default" onClick={onClear}>
            {t('empty.clear')}
          </Button>
        )}
        {!isFiltered && mayAdd && (
          <Button component={Link} to={`/platforms/${platform.platform_id}/add`}>
            {t('add.act')}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}
