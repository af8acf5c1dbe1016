import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconCalendarOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask, refresh } from '#web/api/queries.ts';
import type { Platform } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { day, instant } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { told } from '#web/ui/told.ts';

/** That a platform ends, or has ended: since when, until when, and the way back while there is one. */
export function TerminationNotice({ platform }: { platform: Platform }) {
  const { t } = useTranslation('platforms');
  const mayRevoke = useMay('platforms:terminate');
  if (platform.state === 'closed') {
    return (
      <Alert color="gray" icon={<IconCalendarOff />} mb="md">
        {t('ended.closed', { at: instant(platform.closed_at ?? '') })}
      </Alert>
    );
  }
  if (!platform.terminated_at) return null;
  return (
    <Alert color="orange" icon={<IconCalendarOff />} mb="md" title={t('ended.title')}>
      <Stack gap="xs" align="start">
        <Ending platform={platform} at={platform.terminated_at} />
        {mayRevoke && <RevokeTermination platform={platform} />}
      </Stack>
    </Alert>
  );
}

function Ending({ platform, at }: { platform: Platform; at: string }) {
  const { t } = useTranslation('platforms');
  const params = { id: platform.platform_id };
  const { data } = useQuery(ask('GET /v1/platforms/{id}/termination', { params }));
  return (
    <Text size="sm">
      {t('ended.since', { at: instant(at) })} {data?.closes_on && t('ended.closes', { day: day(data.closes_on) })}
    </Text>
  );
}

/** Takes a termination back; every mailbox then renews again in its own mode. */
export function RevokeTermination({ platform }: { platform: Platform }) {
  const { t } = useTranslation('platforms');
  const act = useAct();
  const revoke = useMutation({
    mutationFn: () => act('DELETE /v1/platforms/{id}/termination', { params: { id: platform.platform_id } }),
    onSuccess: async () => {
      told(t('ended.revoked', { name: platform.name }));
      await refresh();
      // The button is gone with the notice it stood in.
      document.querySelector('h1')?.focus();
    },
  });
  return (
    <>
      {revoke.isError && <ProblemNotice error={revoke.error} onRetry={() => revoke.mutate()} />}
      <Group>
        <Button size="xs" variant="default" loading={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('ended.revoke')}
        </Button>
        <Text size="sm">{t('ended.revokeHelp')}</Text>
      </Group>
    </>
  );
}
