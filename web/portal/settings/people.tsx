import { Badge, Button, Group, NativeSelect, Paper, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask, refresh } from '#web/api/queries.ts';
import type { Api } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { ConfirmButton } from '#web/ui/confirm-button.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { useRescuedFocus } from '#web/ui/rescued-focus.ts';
import { Section } from '#web/ui/section.tsx';
import { told } from '#web/ui/told.ts';
import { InvitePerson, type Role, roles } from './invite-person.tsx';

type Person = Api['GET /v1/people']['answer']['items'][number];

/** Who has a login for this customer, and what each may do (R35). */
export function People() {
  const { t } = useTranslation('settings');
  const mayChange = useMay('people:write');
  const { data, error } = useQuery(ask('GET /v1/people', {}));
  return (
    <>
      <Section id="people-list" title={t('people.title')} intro={t('people.intro')}>
        {error && <ProblemNotice error={error} onRetry={() => void refresh()} />}
        {!data && !error && <Skeleton height={90} />}
        <Stack gap="sm" role="list" aria-labelledby="people-list">
          {data?.items.map((person) => (
            <Line key={person.user_id} person={person} mayChange={mayChange} />
          ))}
        </Stack>
      </Section>
      {mayChange && <InvitePerson />}
    </>
  );
}

function Line({ person, mayChange }: { person: Person; mayChange: boolean }) {
  const { t } = useTranslation('settings');
  const act = useAct();
  const { data: me } = useQuery(ask('GET /v1/me', {}));
  const [wished, setWished] = useState<Role | null>(null);
  const role = wished ?? person.role;
  const choice = useRescuedFocus<HTMLSelectElement>(person.role);
  const change = useMutation({
    mutationFn: () => act('PATCH /v1/people/{id}', { params: { id: person.user_id }, body: { role } }),
    onSuccess: async () => {
      told(t('people.changed', { name: person.name, role: t(`role.${role}.name`) }));
      await refresh();
      setWished(null);
    },
  });
  const remove = async () => {
    await act('DELETE /v1/people/{id}', { params: { id: person.user_id } });
    told(t('people.removed', { name: person.name }));
    await refresh();
  };
  return (
    <Paper withBorder p="sm" role="listitem">
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <Stack gap={2} flex={1} miw={200}>
            <Group gap="xs">
              <Text fw={600}>{person.name}</Text>
              <Marks person={person} isMe={me?.user_id === person.user_id} />
            </Group>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {person.email}
            </Text>
          </Stack>
          {mayChange ? (
            <Group gap="xs" align="flex-end">
              <NativeSelect
                ref={choice}
                aria-label={t('people.roleOf', { name: person.name })}
                size="sm"
                data={roles.map((one) => ({ value: one, label: t(`role.${one}.name`) }))}
                value={role}
                onChange={(event) => setWished(event.currentTarget.value as Role)}
              />
              {role !== person.role && (
                <Button size="sm" loading={change.isPending} onClick={() => change.mutate()}>
                  {t('save')}
                </Button>
              )}
              <ConfirmButton
                size="sm"
                label={t('people.remove')}
                describe={t('people.removeOf', { name: person.name })}
                title={t('people.removeTitle', { name: person.name })}
                text={t('people.removeText', { name: person.name })}
                confirm={t('people.remove')}
                act={remove}
                focusAfter="people-list"
              />
            </Group>
          ) : (
            <Text size="sm">{t(`role.${person.role}.name`)}</Text>
          )}
        </Group>
        {change.isError && <ProblemNotice error={change.error} />}
      </Stack>
    </Paper>
  );
}

function Marks({ person, isMe }: { person: Person; isMe: boolean }) {
  const { t } = useTranslation('settings');
  return (
    <>
      {isMe && (
        <Badge variant="light" tt="none">
          {t('people.you')}
        </Badge>
      )}
      {person.invited && (
        <Badge color="yellow" variant="light" tt="none">
          {t('people.invited')}
        </Badge>
      )}
      {person.second_factor && (
        <Badge color="green" variant="light" tt="none">
          {t('people.secondFactor')}
        </Badge>
      )}
    </>
  );
}
