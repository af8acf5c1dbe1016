import { Button, CloseButton, Group, Paper, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { shortDay } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { useRescuedFocus } from '#web/ui/rescued-focus.ts';
import classes from './sticky.module.css';
import { groupsOf, type ModeAnswer, sizeOf, useModeActs } from './use-mode-acts.ts';

type Props = {
  answers: readonly ModeAnswer[];
  /** What became of it when it was undone. */
  said: string;
  onUndone: (answers: readonly ModeAnswer[]) => void;
  onClose: () => void;
};

/** What was changed last, for as long as one stays here, and the way back; in sight wherever one has scrolled to. */
export function LastChange({ answers, said, onUndone, onClose }: Props) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const acts = useModeActs();
  const undo = useMutation({ mutationFn: () => acts.undo(answers), onSuccess: onUndone });
  const summary = useSummary(answers) || said;
  const notice = useRescuedFocus<HTMLDivElement>(summary);
  return (
    <div role="status" className={classes['sticky'] ?? ''}>
      {summary !== '' && (
        <Paper ref={notice} tabIndex={-1} withBorder shadow="md" p="sm">
          <Stack gap="xs">
            <Group justify="space-between" gap="xs">
              <Group gap="sm" wrap="nowrap" flex="1 1 220px">
                <IconCircleCheck color="var(--mantine-color-green-7)" style={{ flexShrink: 0 }} aria-hidden />
                <Text size="sm">{summary}</Text>
              </Group>
              <Group gap="xs" wrap="nowrap">
                {answers.length > 0 && (
                  <Button size="xs" variant="default" loading={undo.isPending} onClick={() => undo.mutate()}>
                    {t('undo')}
                  </Button>
                )}
                <CloseButton size="sm" aria-label={common('close')} onClick={onClose} />
              </Group>
            </Group>
            {undo.isError && <ProblemNotice error={undo.error} onRetry={() => undo.mutate()} />}
          </Stack>
        </Paper>
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
