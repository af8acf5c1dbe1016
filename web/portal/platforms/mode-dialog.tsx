import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '#web/ui/dialog.tsx';
import { HoldDialog, LeaveButton } from '#web/ui/dialog-hold.tsx';
import { useOwnState } from '#web/ui/own-state.ts';
import { ProblemNotice, problemOf } from '#web/ui/problem.tsx';
import { ModeGroups, Refused } from './mode-groups.tsx';
import { NoneWarning } from './none-warning.tsx';
import { groupsOf, type ModeAnswer, modePreview, sizeOf, useModeActs, type Wish } from './use-mode-acts.ts';

type Props = {
  wish: Wish | null;
  currency: string;
  /** What was really changed, empty when nothing was: it can still be undone afterwards. */
  onClose: (done: readonly ModeAnswer[]) => void;
  /** What was taken back from within the dialog. */
  onUndone: (undone: readonly ModeAnswer[]) => void;
};

/** A change of mode in two steps: what would happen, then what happened. */
export function ModeDialog({ wish, currency, onClose, onUndone }: Props) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const [done, setDone] = useOwnState<readonly ModeAnswer[]>(wish, []);
  return (
    <Dialog
      opened={wish !== null}
      onClose={() => onClose(done)}
      title={wish && t(`dialog.title.${wish.mode}`, { mode: common(`mode.${wish.mode}`) })}
      size="lg"
      closeOnClickOutside={false}
      transitionProps={{ duration: 0 }}
    >
      {wish && done.length === 0 && (
        <Preview
          {...{ wish, currency }}
          onCancel={() => onClose([])}
          // A single change that went well needs no list: the screen tells it, with the way back.
          onDone={(answer) => (wish.count === 1 && isWhole(answer) ? onClose([answer]) : setDone([answer]))}
        />
      )}
      {wish && done.length > 0 && (
        <Result
          {...{ wish, currency, done }}
          onRetried={(answer) => setDone([...done, answer])}
          onClose={() => onClose(done)}
          onUndone={(undone) => {
            onClose([]);
            onUndone(undone);
          }}
        />
      )}
    </Dialog>
  );
}

type PreviewProps = { wish: Wish; currency: string; onCancel: () => void; onDone: (answer: ModeAnswer) => void };

function Preview({ wish, currency, onCancel, onDone }: PreviewProps) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const { change } = useModeActs();
  const confirm = useMutation({ mutationFn: () => change(wish), onSuccess: onDone });
  // What was confirmed is not worked out once more, although everything shown is asked for again.
  const preview = useQuery({ ...modePreview(wish), enabled: confirm.isIdle });
  const problem = problemOf(preview);
  if (!preview.data) return problem ?? <Waiting label={t('preview.waiting')} />;
  const changed = groupsOf([preview.data], 'changed');
  const unchanged = sizeOf(groupsOf([preview.data], 'unchanged'));
  const count = sizeOf(changed);
  const ending = changed.filter(({ to }) => to === 'none');
  return (
    <Stack>
      <HoldDialog isBusy={confirm.isPending} />
      {problem}
      <Text size="sm">{t('preview.intro', { count })}</Text>
      {ending.length > 0 && (
        <NoneWarning count={sizeOf(ending)} keptUntil={ending.map(({ kept_until }) => kept_until)} />
      )}
      <ModeGroups groups={changed} results={preview.data.results} currency={currency} />
      {count > 0 && (
        <Text size="xs" c="dimmed">
          {t('preview.amounts')}
        </Text>
      )}
      {unchanged > 0 && <Text size="sm">{t('preview.unchanged', { count: unchanged })}</Text>}
      <Refused results={preview.data.results} />
      {confirm.isError && <ProblemNotice error={confirm.error} onRetry={() => confirm.mutate()} />}
      <Foot>
        <LeaveButton onClick={onCancel}>{common(count > 0 ? 'cancel' : 'close')}</LeaveButton>
        {count > 0 && (
          <Button
            color={ending.length > 0 ? 'orange' : 'lagoon'}
            loading={confirm.isPending}
            onClick={() => confirm.mutate()}
          >
            {t('preview.confirm', { count })}
          </Button>
        )}
      </Foot>
    </Stack>
  );
}

type ResultProps = {
  wish: Wish;
  currency: string;
  done: readonly ModeAnswer[];
  onRetried: (answer: ModeAnswer) => void;
  onClose: () => void;
  onUndone: (undone: readonly ModeAnswer[]) => void;
};

function Result({ wish, currency, done, onRetried, onClose, onUndone }: ResultProps) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const acts = useModeActs();
  const changed = groupsOf(done, 'changed');
  // What was refused before was tried again with the last answer.
  const last = done.at(-1)?.results ?? [];
  const failed = last.filter(({ outcome }) => outcome === 'refused').map((result) => result.mailbox_id);
  const retry = useMutation({
    mutationFn: () => acts.change({ ...wish, target: { mailbox_ids: failed }, count: failed.length }),
    onSuccess: onRetried,
  });
  const undo = useMutation({ mutationFn: () => acts.undo(done), onSuccess: onUndone });
  const told = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone, and what happened stands above a list that may be long.
  // biome-ignore lint/correctness/useExhaustiveDependencies: told again after each attempt
  useEffect(() => told.current?.focus(), [done]);
  return (
    <Stack>
      <HoldDialog isBusy={retry.isPending || undo.isPending} />
      <Alert
        ref={told}
        tabIndex={-1}
        role="status"
        color={failed.length > 0 ? 'orange' : 'green'}
        icon={failed.length > 0 ? <IconAlertTriangle /> : <IconCircleCheck />}
      >
        {t('result.changed', { count: sizeOf(changed) })}
        {failed.length > 0 && ` ${t('result.failed', { count: failed.length })}`}
      </Alert>
      <ModeGroups groups={changed} results={done.flatMap(({ results }) => results)} currency={currency} />
      <Refused results={last} />
      {retry.isError && <ProblemNotice error={retry.error} onRetry={() => retry.mutate()} />}
      {undo.isError && <ProblemNotice error={undo.error} onRetry={() => undo.mutate()} />}
      <Foot>
        {changed.length > 0 && (
          <Button variant="default" loading={undo.isPending} onClick={() => undo.mutate()}>
            {t('undo')}
          </Button>
        )}
        {failed.length > 0 && (
          <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
            {t('result.retry', { count: failed.length })}
          </Button>
        )}
        <LeaveButton variant="filled" onClick={onClose}>
          {common('close')}
        </LeaveButton>
      </Foot>
    </Stack>
  );
}

/** The buttons stay in sight under a long list. */
function Foot({ children }: { children: ReactNode }) {
  return (
    <Group justify="flex-end" pos="sticky" bottom={0} py="sm" mb="-md" bg="var(--mantine-color-body)">
      {children}
    </Group>
  );
}

function Waiting({ label }: { label: string }) {
  return (
    <Stack role="status" aria-label={label} gap="xs">
      <Skeleton h={20} w="70%" />
      <Skeleton h={64} />
      <Skeleton h={64} />
    </Stack>
  );
}

function isWhole({ counts }: ModeAnswer): boolean {
  return Object.keys(counts).every((outcome) => outcome === 'changed');
}
