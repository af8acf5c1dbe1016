import { Checkbox, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { shortDay } from '#web/ui/format.ts';
import type { ListProps } from './mailbox-list.tsx';
import { ModeChoice } from './mode-choice.tsx';
import { sorts } from './search.ts';
import { Price, WhatNext } from './what-next.tsx';

/** The same as the table, for a narrow screen. */
export function MailboxCards({ mailboxes, selection, sort, onSort, onChange, onBuyBack }: ListProps) {
  const { t } = useTranslation('platforms');
  const isAll = selection.selection.all;
  const chosen = mailboxes.filter(selection.has).length;
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="end">
        {onChange && (
          <Checkbox
            label={t('selectPage')}
            checked={chosen > 0 && chosen === mailboxes.length}
            indeterminate={chosen > 0 && chosen < mailboxes.length}
            disabled={isAll}
            onChange={(event) => selection.set(mailboxes, event.currentTarget.checked)}
          />
        )}
        <NativeSelect
          size="xs"
          aria-label={t('sort.label')}
          value={sort}
          data={sorts.map((each) => ({ value: each, label: t(`sort.${each}`) }))}
          onChange={(event) => onSort(sorts.find((each) => each === event.currentTarget.value) ?? 'address')}
        />
      </Group>
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {mailboxes.map((mailbox) => (
          <Paper key={mailbox.mailbox_id} component="li" withBorder p="sm">
            <Group wrap="nowrap" align="start" gap="sm">
              {onChange && (
                <Checkbox
                  mt={2}
                  aria-label={t('select', { address: mailbox.address })}
                  checked={selection.has(mailbox)}
                  disabled={isAll}
                  onChange={(event) => selection.set([mailbox], event.currentTarget.checked)}
                />
              )}
              <Stack gap={4} flex={1} miw={0}>
                <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                  {mailbox.address}
                </Text>
                <Text size="xs" c="dimmed">
                  {mailbox.plan_name} · {t('expires', { day: shortDay(mailbox.expires_on) })}
                </Text>
                <Group gap="sm">
                  <ModeChoice mailbox={mailbox} onChange={onChange && ((mode) => onChange(mailbox, mode))} />
                  <Price mailbox={mailbox} />
                </Group>
                <WhatNext
                  mailbox={mailbox}
                  onRevoke={onChange && (() => onChange(mailbox, 'previous'))}
                  onBuyBack={onBuyBack && (() => onBuyBack(mailbox))}
                />
              </Stack>
            </Group>
          </Paper>
        ))}
      </Stack>
    </Stack>
  );
}
