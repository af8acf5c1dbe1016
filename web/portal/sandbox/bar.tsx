import { Anchor, Badge, Button, Group, Paper, Text, TextInput } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '#web/api/client.ts';
import { ask, refresh } from '#web/api/queries.ts';
import { day } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';

/** In the sandbox only: what day it is, a way to another day, and the letters that were caught. Unmistakably not production. */
export function SandboxBar() {
  const { t } = useTranslation('sandbox');
  const [to, setTo] = useState('');
  const clock = useQuery({ ...ask('GET /v1/clock', {}), retry: false });
  const move = useMutation({
    mutationFn: (on: string) => call('PUT /v1/clock', { body: { on } }),
    onSuccess: () => {
      setTo('');
      return refresh();
    },
  });
  if (!clock.data) return null;
  return (
    <Paper
      component="section"
      aria-label={t('title')}
      withBorder
      p="xs"
      mb="md"
      className="no-print"
      style={{ borderStyle: 'dashed', borderColor: 'var(--mantine-color-orange-6)' }}
    >
      <Group gap="sm" justify="space-between">
        <Group gap="sm">
          <Badge color="orange" variant="filled" leftSection={<IconFlask size={12} />} autoContrast>
            {t('title')}
          </Badge>
          <Text size="sm">{t('today', { day: day(clock.data.on) })}</Text>
          <Anchor size="sm" href="/sandbox/letters" target="_blank">
            {t('letters')}
          </Anchor>
        </Group>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (to) move.mutate(to);
          }}
        >
          <Group gap="xs">
            <TextInput
              type="date"
              size="xs"
              aria-label={t('goTo')}
              min={clock.data.on}
              value={to}
              onChange={(event) => setTo(event.currentTarget.value)}
            />
            <Button type="submit" size="xs" variant="default" loading={move.isPending} disabled={!to}>
              {t('go')}
            </Button>
          </Group>
        </form>
      </Group>
      {move.isError && <ProblemNotice error={move.error} />}
    </Paper>
  );
}
