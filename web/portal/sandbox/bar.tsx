import { Anchor, Badge, Button, Group, Paper, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFlask, IconPlayerTrackNext } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refresh } from '#web/api/queries.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { day, shortDay } from '#web/ui/format.ts';
import { later } from '#web/ui/later.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { told } from '#web/ui/told.ts';
import classes from './bar.module.css';
import { useNextEvent } from './use-next-event.ts';

const TestCards = later(() => import('./test-cards.tsx'), 'TestCards');

/** In the sandbox only: what day it is, the way to another day, the letters caught and the test cards. Unmistakably not production. */
export function SandboxBar({ today }: { today: string }) {
  const { t } = useTranslation('sandbox');
  const [isOpen, cards] = useDisclosure();
  return (
    <Paper
      component="section"
      aria-label={t('title')}
      withBorder
      px="sm"
      py="xs"
      mb="md"
      className={`no-print ${classes['bar']}`}
    >
      <Group gap="xs" justify="space-between">
        <Group gap="sm">
          <Badge color="orange" variant="filled" leftSection={<IconFlask size={12} />}>
            {t('title')}
          </Badge>
          <Text size="sm">
            {t('today', { day: day(today) })} <span className={classes['promise']}>{t('promise')}</span>
          </Text>
          <Anchor size="sm" href="/sandbox/letters" target="_blank" rel="noreferrer">
            {t('letters')}
          </Anchor>
          <Anchor component="button" type="button" size="sm" onClick={cards.open}>
            {t('cards.title')}
          </Anchor>
        </Group>
        <Travel today={today} />
      </Group>
      {isOpen && <TestCards onClose={cards.close} />}
    </Paper>
  );
}

/** To another day; every business day on the way is run. */
function Travel({ today }: { today: string }) {
  const { t } = useTranslation('sandbox');
  const act = useAct();
  const next = useNextEvent(today);
  const [to, setTo] = useState('');
  const move = useMutation({
    mutationFn: (on: string) => act('PUT /v1/clock', { body: { on } }),
    onSuccess: async ({ on }, wanted) => {
      setTo('');
      told(t(on === wanted ? 'arrived' : 'held', { day: day(on) }));
      await refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (to) move.mutate(to);
  };
  return (
    <>
      <Group component="form" gap="xs" onSubmit={submit as never}>
        {next && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerTrackNext size={14} />}
            // Not disabled while it works, so that it keeps the focus.
            aria-disabled={move.isPending}
            onClick={() => move.isPending || move.mutate(next)}
          >
            {t('next', { day: shortDay(next) })}
          </Button>
        )}
        <TextInput
          type="date"
          size="xs"
          aria-label={t('goTo')}
          min={today}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" variant="default" loading={move.isPending} disabled={!to && !move.isPending}>
          {t('go')}
        </Button>
      </Group>
      <Text size="sm" role="status" w={move.isPending ? '100%' : 0}>
        {move.isPending && t('moving')}
      </Text>
      {move.isError && <ProblemNotice error={move.error} />}
    </>
  );
}
