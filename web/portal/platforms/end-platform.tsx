import { Alert, Button, Group, Paper, Skeleton, Stack, Table, Text, Textarea, TextInput, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '#web/api/client.ts';
import { useMay } from '#web/api/may.ts';
import { ask, refresh } from '#web/api/queries.ts';
import type { Platform } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { count, day, shortDay } from '#web/ui/format.ts';
import { PageTitle } from '#web/ui/page-title.tsx';
import { ProblemNotice, problemOf } from '#web/ui/problem.tsx';
import { told } from '#web/ui/told.ts';
import { ExportAdvice } from './none-warning.tsx';
import { TerminationNotice } from './termination-notice.tsx';

/** *Recedere*: what ends when, then its name typed to confirm. */
export default function EndPlatform() {
  const { t } = useTranslation('platforms');
  const { platformId } = useParams({ strict: false }) as { platformId: string };
  const id = Number(platformId);
  const platform = useQuery(ask('GET /v1/platforms/{id}', { params: { id } }));
  const mayEnd = useMay('platforms:terminate');
  const problem = problemOf(platform);
  if (platform.data?.platform_id !== id) return problem ?? <Skeleton h={320} />;
  const { name, terminated_at, state } = platform.data;
  const canEnd = state === 'open' && terminated_at === null;
  return (
    <>
      {problem}
      <PageTitle>{t('end.title', { name })}</PageTitle>
      <TerminationNotice platform={platform.data} />
      <Stack gap="lg" maw={720}>
        <WhatEnds platform={platform.data} />
        {canEnd && mayEnd && <Confirmation platform={platform.data} />}
        {canEnd && !mayEnd && <Alert color="gray">{t('end.onlyAdmin')}</Alert>}
      </Stack>
    </>
  );
}

function WhatEnds({ platform }: { platform: Platform }) {
  const { t } = useTranslation('platforms');
  const params = { id: platform.platform_id };
  const ending = useQuery(ask('GET /v1/platforms/{id}/termination', { params }));
  const problem = problemOf(ending);
  if (!ending.data) return problem ?? <Skeleton h={160} />;
  const { endings, closes_on } = ending.data;
  return (
    <Paper withBorder p="md" component="section">
      {problem}
      <Title order={2} size="h4" mb="xs">
        {t('end.what')}
      </Title>
      <Text size="sm" mb="sm">
        {closes_on ? t('end.summary', { day: day(closes_on) }) : t('end.empty')}
      </Text>
      {endings.length > 0 && (
        <Table.ScrollContainer
          minWidth={300}
          // All of them are seen at a glance, unless they are very many.
          {...(endings.length > 24 && { maxHeight: 620 })}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('end.what')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('end.column.on')}</Table.Th>
                <Table.Th>{t('end.column.mailboxes')}</Table.Th>
                <Table.Th>{t('end.column.kept')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {endings.map((each) => (
                <Table.Tr key={each.ends_on}>
                  <Table.Td className="numbers">{shortDay(each.ends_on)}</Table.Td>
                  <Table.Td className="numbers">{count(each.mailboxes)}</Table.Td>
                  <Table.Td className="numbers">{shortDay(each.kept_until)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}

function Confirmation({ platform }: { platform: Platform }) {
  const { t } = useTranslation('platforms');
  const { t: common } = useTranslation();
  const act = useAct();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const [isWrong, setWrong] = useState(false);
  const back = `/platforms/${platform.platform_id}`;
  const end = useMutation({
    mutationFn: () =>
      act('PUT /v1/platforms/{id}/termination', { params: { id: platform.platform_id }, body: { name, reason } }),
    onSuccess: async (answer) => {
      const closes = answer.closes_on ? day(answer.closes_on) : '';
      told(t('end.done', { name: platform.name, day: closes }));
      await refresh();
      // Who went elsewhere meanwhile stays there.
      if (location.pathname === `${back}/end`) await navigate({ to: back });
    },
    onError: (error) => setWrong(isMismatch(error)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Said here before a password is asked for in vain; the server compares again.
    const isOther = name.trim() !== platform.name;
    setWrong(isOther);
    if (!isOther) end.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Alert color="orange" icon={<IconAlertTriangle />} title={t('end.before')}>
          <Text size="sm">{t('end.revocable')}</Text>
          <Text size="sm">{t('end.debt')}</Text>
          <ExportAdvice />
        </Alert>
        {end.isError && !isMismatch(end.error) && <ProblemNotice error={end.error} onRetry={() => end.mutate()} />}
        <TextInput
          label={t('end.name', { name: platform.name })}
          required
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          error={isWrong && t('end.mismatch', { name: platform.name })}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setWrong(false);
          }}
        />
        <Textarea
          label={t('end.reason')}
          description={t('end.reasonHelp')}
          maxLength={500}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group>
          <Button component={Link} to={back} variant="default">
            {common('cancel')}
          </Button>
          <Button type="submit" color="red" loading={end.isPending}>
            {t('end.act')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function isMismatch(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'name_mismatch';
}
