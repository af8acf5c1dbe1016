import { Badge, Group, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, refresh } from '#web/api/queries.ts';
import type { Api } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { ConfirmButton } from '#web/ui/confirm-button.tsx';
import { instant } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { told } from '#web/ui/told.ts';
import { deviceOf } from './device.ts';

type Session = Api['GET /v1/sessions']['answer']['items'][number];

/** Where one is signed in, and the way to end it there. */
export function Sessions() {
  const { t } = useTranslation('settings');
  const { data, error } = useQuery(ask('GET /v1/sessions', {}));
  return (
    <Section id="sessions" title={t('sessions.title')} intro={t('sessions.intro')}>
      {error && <ProblemNotice error={error} onRetry={() => void refresh()} />}
      {!data && !error && <Skeleton height={90} />}
      <Stack gap="sm" role="list" aria-labelledby="sessions">
        {data?.items.map((session) => (
          <Line key={session.session_id} session={session} />
        ))}
      </Stack>
    </Section>
  );
}

function Line({ session }: { session: Session }) {
  const { t } = useTranslation('settings');
  const act = useAct();
  const { browser, system } = deviceOf(session.agent);
  const device = browser && system ? t('sessions.device', { browser, system }) : browser || system || session.agent;
  const end = async () => {
    await act('DELETE /v1/sessions/{id}', { params: { id: session.session_id } });
    told(t('sessions.ended'));
    await refresh();
  };
  return (
    <Paper withBorder p="sm" role="listitem">
      <Group justify="space-between">
        <Stack gap={2} flex={1} miw={200}>
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {device || t('sessions.unknown')}
            </Text>
            {session.current && (
              <Badge color="green" variant="light" tt="none">
                {t('sessions.current')}
              </Badge>
            )}
          </Group>
          <Text size="sm">{t('sessions.seen', { when: instant(session.seen_at), address: session.address })}</Text>
          <Text size="sm" c="dimmed">
            {t('sessions.since', { when: instant(session.created_at), until: instant(session.expires_at) })}
          </Text>
        </Stack>
        {!session.current && (
          <ConfirmButton
            label={t('sessions.end')}
            describe={t('sessions.endOf', { device })}
            title={t('sessions.endTitle')}
            text={t('sessions.endText', { device })}
            confirm={t('sessions.end')}
            act={end}
            focusAfter="sessions"
          />
        )}
      </Group>
    </Paper>
  );
}
