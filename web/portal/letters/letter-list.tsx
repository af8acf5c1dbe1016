import { Badge, Button, Group, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { askPages } from '#web/api/pages.ts';
import type { Api } from '#web/api/types.ts';
import { instant } from '#web/ui/format.ts';
import { problemOf } from '#web/ui/problem.tsx';
import classes from './letters.module.css';

type Letter = Api['GET /v1/letters']['answer']['items'][number];
type Props = { kind: string; current: number | undefined; onOpen: (letterId: number) => void };

/** The letters, newest first. */
export function LetterList({ kind, current, onOpen }: Props) {
  const { t } = useTranslation('letters');
  const list = useInfiniteQuery(askPages('GET /v1/letters', { limit: 30, ...(kind && { kind }) }));
  const letters = list.data?.pages.flatMap((page) => page.items) ?? [];
  const problem = problemOf(list);
  if (!list.data) return problem ?? <Skeleton height={320} />;
  if (letters.length === 0) return problem ?? <Text size="sm">{t(kind ? 'noneOfKind' : 'empty')}</Text>;
  return (
    <Stack gap="xs">
      {problem}
      <ul aria-label={t('title')} className={classes['list'] ?? ''}>
        {letters.map((letter) => (
          <li key={letter.letter_id}>
            <Line letter={letter} isCurrent={letter.letter_id === current} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mx="auto"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('older')}
        </Button>
      )}
    </Stack>
  );
}

type LineProps = { letter: Letter; isCurrent: boolean; onOpen: (letterId: number) => void };

// The language of what is written in it may be another than the screen's.
function Line({ letter, isCurrent, onOpen }: LineProps) {
  const { t } = useTranslation('letters');
  return (
    <UnstyledButton
      className={classes['line'] ?? ''}
      {...(isCurrent && { 'aria-current': 'true' as const })}
      onClick={() => onOpen(letter.letter_id)}
    >
      <Group justify="space-between" gap={6}>
        <Text size="xs" c="dimmed">
          {instant(letter.sent_at ?? letter.written_at)}
        </Text>
        {letter.state !== 'sent' && <StateBadge state={letter.state} />}
      </Group>
      <Text size="sm" fw={600} lang={letter.language}>
        {letter.subject}
      </Text>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {t('to', { recipient: letter.recipient })}
      </Text>
    </UnstyledButton>
  );
}

const colors = { written: 'blue', sent: 'green', refused: 'red', withdrawn: 'gray' } as const;

/** Whether it left: written, sent, refused by the other side, or not needed any more. */
export function StateBadge({ state }: { state: Letter['state'] }) {
  const { t } = useTranslation('letters');
  return (
    <Badge color={colors[state]} variant="light" tt="none" size="sm">
      {t(`state.${state}`)}
    </Badge>
  );
}
