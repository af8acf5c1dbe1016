import { Button, Group, Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Mailbox } from '#web/api/types.ts';
import { count } from '#web/ui/format.ts';
import { isChangeable } from './mode-choice.tsx';
import { type MailboxFilter, modes } from './search.ts';
import type { Wish } from './use-mode-acts.ts';
import type { SelectionState } from './use-selection.ts';

type Props = {
  selection: SelectionState;
  filter: MailboxFilter;
  pageLength: number;
  /** How many match the filter; null while it is not known. */
  total: number | null;
  mayPay: boolean;
  onWish: (wish: Wish) => void;
  onBuyBack: (mailboxes: readonly Mailbox[]) => void;
};

/** What is chosen and what can be done with it; it stays at the foot of the window while one scrolls. */
export function SelectionBar({ selection, filter, pageLength, total, mayPay, onWish, onBuyBack }: Props) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const { selection: kept } = selection;
  const chosen = kept.all ? [] : [...kept.chosen.values()];
  const number = kept.all ? total : chosen.length;
  const inRetention = chosen.filter((mailbox) => mailbox.suspended_for === 'expiry');
  const hasRevocable = kept.all || chosen.some((mailbox) => mailbox.previous_mode !== null && isChangeable(mailbox));
  const wish = (mode: Wish['mode']) =>
    onWish({
      mode,
      target: kept.all ? { filter } : { mailbox_ids: chosen.map(({ mailbox_id }) => mailbox_id) },
      count: number,
    });
  if (number === 0 && !kept.all) return <div role="status" />;
  return (
    <Paper
      component="section"
      aria-label={t('selection.label')}
      withBorder
      shadow="md"
      p="sm"
      pos="sticky"
      bottom={8}
      style={{ zIndex: 50 }}
    >
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Text size="sm" fw={600} role="status">
            {t(kept.all ? 'selection.all' : 'selection.some', { count: number ?? 0, formatted: count(number ?? 0) })}
          </Text>
          {!kept.all && total !== null && chosen.length >= pageLength && total > chosen.length && (
            <Button variant="subtle" size="compact-sm" onClick={selection.chooseAll}>
              {t('selection.chooseAll', { count: total, formatted: count(total) })}
            </Button>
          )}
          <Button variant="subtle" size="compact-sm" onClick={selection.clear}>
            {t('selection.clear')}
          </Button>
        </Group>
        <Group gap="xs" role="group" aria-label={t('selection.setTo')}>
          {modes.map((mode) => (
            <Button key={mode} variant="default" size="xs" onClick={() => wish(mode)}>
              {common(`mode.${mode}`)}
            </Button>
          ))}
          {hasRevocable && (
            <Button variant="default" size="xs" onClick={() => wish('previous')}>
              {t('selection.previous')}
            </Button>
          )}
          {mayPay && inRetention.length > 0 && (
            <Button variant="default" size="xs" onClick={() => onBuyBack(inRetention)}>
              {t('selection.buyBack', { count: inRetention.length })}
            </Button>
          )}
        </Group>
      </Group>
    </Paper>
  );
}
