import { Button, NativeSelect, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askPages } from '#web/api/pages.ts';
import { day } from '#web/ui/format.ts';
import { PageTitle } from '#web/ui/page-title.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import type { Event } from './event-facts.ts';
import { EventLine } from './event-line.tsx';
import classes from './letters.module.css';

const areas = [
  ...(['mailboxes', 'platforms', 'invoices', 'debts', 'orders', 'payments', 'charges', 'methods'] as const),
  ...(['collections', 'prices', 'people', 'tokens', 'customers'] as const),
];

/** Who changed what and when, told in sentences, day by day. */
export default function Activity() {
  const { t } = useTranslation('letters');
  const [area, setArea] = useState('');
  const list = useInfiniteQuery(askPages('GET /v1/events', { limit: 40, ...(area && { type: area }) }));
  const events = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageTitle>{t('activity.title')}</PageTitle>
      <Stack maw={820}>
        <NativeSelect
          label={t('activity.filter')}
          maw={320}
          data={[
            { value: '', label: t('activity.all') },
            ...areas.map((one) => ({ value: one, label: t(`activity.area.${one}`) })),
          ]}
          value={area}
          onChange={(event) => setArea(event.currentTarget.value)}
        />
        {list.isError && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && !list.isError && <Skeleton height={300} />}
        {list.isSuccess && events.length === 0 && <Text size="sm">{t('activity.empty')}</Text>}
        {[...byDay(events)].map(([on, told]) => (
          <section key={on} aria-labelledby={`day-${on}`}>
            <Title order={2} size="h5" id={`day-${on}`} mb={6}>
              {day(on)}
            </Title>
            <ul className={classes['events'] ?? ''} aria-labelledby={`day-${on}`}>
              {told.map((event) => (
                <EventLine key={event.event_id} event={event} />
              ))}
            </ul>
          </section>
        ))}
        {list.hasNextPage && (
          <Button
            variant="default"
            mx="auto"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t('activity.older')}
          </Button>
        )}
      </Stack>
    </>
  );
}

// By the reader's own calendar, as the times beside them.
function byDay(events: readonly Event[]): Map<string, Event[]> {
  const days = new Map<string, Event[]>();
  for (const event of events) {
    const at = new Date(event.at);
    const on = [at.getFullYear(), at.getMonth() + 1, at.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-');
    days.set(on, [...(days.get(on) ?? []), event]);
  }
  return days;
}
