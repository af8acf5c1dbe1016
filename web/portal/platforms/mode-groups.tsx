import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { money, shortDay } from '#web/ui/format.ts';
import type { ModeGroup, ModeResult } from './use-mode-acts.ts';

type Props = { groups: readonly ModeGroup[]; results: readonly ModeResult[]; currency: string };

const shownAtFirst = 20;

/** What changes on which day: how many mailboxes, from which mode to which, and the amounts before and after. */
export function ModeGroups({ groups, results, currency }: Props) {
  const { t } = useTranslation('platforms');
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? groups : groups.slice(0, shownAtFirst);
  return (
    <Stack gap="xs">
      <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
        {shown.map((group) => (
          <OneDay key={`${group.effective_on} ${group.from} ${group.to}`} {...{ group, results, currency }} />
        ))}
      </Stack>
      {shown.length < groups.length && (
        <Button variant="default" size="compact-sm" onClick={() => setWhole(true)}>
          {t('preview.showDays', { count: groups.length - shown.length })}
        </Button>
      )}
    </Stack>
  );
}

function OneDay({ group, results, currency }: { group: ModeGroup } & Omit<Props, 'groups'>) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const ids = new Set(group.mailbox_ids);
  const addresses = results.filter((result) => ids.has(result.mailbox_id)).map((result) => result.address);
  const [only] = addresses;
  const isOne = group.mailbox_ids.length === 1 && only !== undefined;
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {isOne ? only : t('mailboxes', { count: group.mailbox_ids.length })}
        </Text>
        <Text size="sm">{t('preview.from', { day: shortDay(group.effective_on ?? '') })}</Text>
      </Group>
      <Group justify="space-between" gap="xs">
        <FromTo from={common(`mode.${group.from}`)} to={common(`mode.${group.to}`)} />
        <FromTo from={money(group.old_net, currency)} to={money(group.new_net, currency)} />
      </Group>
      {group.kept_until && (
        <Text size="sm" c="dimmed">
          {t('preview.keptUntil', { day: shortDay(group.kept_until) })}
        </Text>
      )}
      {!isOne && addresses.length > 0 && (
        <details>
          <summary>
            <Text size="sm" span>
              {t('preview.which')}
            </Text>
          </summary>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {addresses.join(', ')}
          </Text>
        </details>
      )}
    </Paper>
  );
}

function FromTo({ from, to }: { from: string; to: string }) {
  const { t } = useTranslation('platforms');
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="sm" c="dimmed" className="numbers">
        {from}
      </Text>
      <IconArrowRight size={14} role="img" aria-label={t('preview.becomes')} />
      <Text size="sm" fw={600} className="numbers">
        {to}
      </Text>
    </Group>
  );
}

const refusedAtFirst = 50;

/** The mailboxes that stay as they are although something else was wished, each with its reason. */
export function Refused({ results }: { results: readonly ModeResult[] }) {
  const { t } = useTranslation('platforms');
  const refused = results.filter(({ outcome }) => outcome === 'refused' || outcome === 'unknown');
  if (refused.length === 0) return null;
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t('preview.refused', { count: refused.length })}
      </Text>
      <Stack gap={2} component="ul" m={0} pl="lg" mah={220} style={{ overflowY: 'auto' }}>
        {refused.slice(0, refusedAtFirst).map((result) => (
          <Text key={result.mailbox_id} component="li" size="sm" style={{ overflowWrap: 'anywhere' }}>
            {result.address || result.mailbox_id}: {t(`refusal.${result.code ?? result.outcome}`)}
          </Text>
        ))}
      </Stack>
      {refused.length > refusedAtFirst && (
        <Text size="sm">{t('preview.moreRefused', { count: refused.length - refusedAtFirst })}</Text>
      )}
    </Stack>
  );
}
