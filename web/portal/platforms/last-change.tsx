import { Alert, Button, CloseButton, Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { shortDay } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { groupsOf, type ModeAnswer, sizeOf, useModeActs } from './use-mode-acts.ts';

type Props = {
  answers: readonly ModeAnswer[];
  onUndone: (answers: readonly ModeAnswer[]) => void;
  onClose: () => void;
};

/** What was changed last, for as long as one stays here, and the way back. */
export function LastChange({ answers, onUndone, onClose }: Props) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const acts = useModeActs();
  const undo = useMutation({ mutationFn: () => acts.undo(answers), onSuccess: onUndone });
  const summary = useSummary(answers);
  return (
    <div role="status">
      {summary !== '' && (
        <Alert color="green" icon={<IconCircleCheck />} mb="md">
          <Stack gap="xs">
            <Group justify="space-between" wrap="nowrap" align="start">
              <Text size="sm">{summary}</Text>
              <Group gap="xs" wrap="nowrap">
                <Button size="compact-sm" variant="default" loading={undo.isPending} onClick={() => undo.mutate()}>
                  {t('undo')}
                </Button>
                <CloseButton size="sm" aria-label={common('close')} onClick={onClose} />
              </Group>
            </Group>
            {undo.isError && <ProblemNotice error={undo.error} onRetry={() => undo.mutate()} />}
          </Stack>
        </Alert>
      )}
    </div>
  );
}

function useSummary(answers: readonly ModeAnswer[]): string {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const changed = groupsOf(answers, 'changed');
  const [first, ...others] = changed;
  if (!first) return '';
  const count = sizeOf(changed);
  const sameMode = others.every(({ to }) => to === first.to);
  const sameDay = others.every(({ effective_on }) => effective_on === first.effective_on);
  const mode = common(`mode.${first.to}`);
  if (!sameMode) return t('result.changed', { count });
  if (!sameDay) return t('result.changedTo', { count, mode });
  return t('result.changedToOn', { count, mode, day: shortDay(first.effective_on ?? '') });
}
