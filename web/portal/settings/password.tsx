import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refresh } from '#web/api/queries.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { PasswordField } from '#web/ui/password-field.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { told } from '#web/ui/told.ts';

/** Changes the password; every other session ends. */
export function Password() {
  const { t } = useTranslation('settings');
  const act = useAct();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const save = useMutation({
    mutationFn: () => act('PUT /v1/me/password', { body: { current, password } }),
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      told(t('password.saved'));
      return refresh();
    },
  });
  return (
    <Section id="password" title={t('password.title')} intro={t('password.intro')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack align="start">
          {save.isError && <ProblemNotice error={save.error} />}
          <PasswordField
            label={t('password.current')}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            w="100%"
            maw={400}
          />
          <PasswordField
            label={t('password.wanted')}
            description={t('password.rule')}
            autoComplete="new-password"
            minLength={10}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            w="100%"
            maw={400}
          />
          <Button type="submit" loading={save.isPending}>
            {t('password.save')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}
