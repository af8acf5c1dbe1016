import { Button, Group, Paper, Text, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Mailbox } from '#web/api/types.ts';
import { count } from '#web/ui/format.ts';
import { isChangeable } from './mode-choice.tsx';
import { type MailboxFilter, modes } from './search.ts';
import classes from './sticky.module.css';
import type { Wish } from './use-mode-acts.ts';
import { isNothing, type SelectionState } from './use-selection.ts';

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
export function SelectionBar(props: Props) {
  const { t } = useTranslation('platforms');
  const { selection } = props.selection;
  const number = selection.all ? props.total : selection.chosen.size;
  const facts = { count: number ?? 0, formatted: count(number ?? 0) };
  const told = isNothing(selection) ? '' : t(selection.all ? 'selection.all' : 'selection.some', facts);
  return (
    <div className={classes['sticky'] ?? ''}>
      <VisuallyHidden role="status">{told}</VisuallyHidden>
      {told !== '' && (
        <Paper component="section" aria-label={t('selection.label')} withBorder shadow="md" p="sm">
          <Group justify="space-between" gap="sm">
            <Chosen {...props} told={told} />
            <Acts {...props} number={number} />
          </Group>
        </Paper>
      )}
    </div>
  );
}

function Chosen({ selection, pageLength, total, told }: Props & { told: string }) {
  const { t } = useTranslation('platforms');
  const kept = selection.selection;
  const isMore = !kept.all && total !== null && kept.chosen.size >= pageLength && total > kept.chosen.size;
  return (
    <Group gap="sm">
      <Text size="sm" fw={600} aria-hidden>
        {told}
      </Text>
      {isMore && (
        <Button variant="subtle" size="compact-sm" onClick={selection.chooseAll}>
          {t('selection.chooseAll', { count: total, formatted: count(total) })}
        </Button>
      )}
      <Button variant="subtle" size="compact-sm" onClick={selection.clear}>
        {t('selection.clear')}
      </Button>
    </Group>
  );
}

function Acts({ selection, filter, mayPay, number, onWish, onBuyBack }: Props & { number: number | null }) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const kept = selection.selection;
  const chosen = kept.all ? [] : [...kept.chosen.values()];
  const inRetention = chosen.filter((mailbox) => mailbox.suspended_for === 'expiry');
  const hasRevocable = kept.all || chosen.some((mailbox) => mailbox.previous_mode !== null && isChangeable(mailbox));
  const target = kept.all ? { filter } : { mailbox_ids: chosen.map(({ mailbox_id }) => mailbox_id) };
  return (
    <Group gap="xs" role="group" aria-label={t('selection.setTo')}>
      {modes.map((mode) => (
        <Button key={mode} variant="default" size="xs" onClick={() => onWish({ mode, target, count: number })}>
          {common(`mode.${mode}`)}
        </Button>
      ))}
      {hasRevocable && (
        <Button variant="default" size="xs" onClick={() => onWish({ mode: 'previous', target, count: number })}>
          {t('selection.previous')}
        </Button>
      )}
      {mayPay && inRetention.length > 0 && (
        <Button variant="default" size="xs" onClick={() => onBuyBack(inRetention)}>
          {t('selection.buyBack', { count: inRetention.length })}
        </Button>
      )}
    </Group>
  );
}
