import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, call } from '#web/api/client.ts';
import { PasswordField } from '#web/ui/password-field.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { beginVisit } from './begin-visit.ts';
import { CodeField } from './code-field.tsx';
import { AccessFrame } from './frame.tsx';

/** The door: address and password, then the second factor of those who have one. */
export default function SignIn() {
  const { t } = useTranslation('access');
  const router = useRouter();
  const { to } = useSearch({ strict: false }) as { to?: string };
  const [login, setLogin] = useState({ email: '', password: '' });
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const enter = useMutation({
    mutationFn: () => call('POST /v1/sessions', { body: { ...login, ...(needsCode && { code: code.trim() }) } }),
    onSuccess: async () => {
      await beginVisit();
      router.history.push(inside(to));
    },
    onError: (error) => {
      if (isCodeWanted(error)) setNeedsCode(true);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  const back = () => {
    enter.reset();
    setCode('');
    setNeedsCode(false);
  };
  return (
    <AccessFrame title={t(needsCode ? 'signIn.secondTitle' : 'signIn.title')}>
      <form onSubmit={submit}>
        <Stack>
          {enter.isError && !isCodeWanted(enter.error) && <ProblemNotice error={enter.error} />}
          {needsCode ? (
            <SecondStep {...{ email: login.email, code, setCode, back }} />
          ) : (
            <FirstStep {...{ login, setLogin }} />
          )}
          <Button type="submit" fullWidth loading={enter.isPending || enter.isSuccess}>
            {t('signIn.enter')}
          </Button>
          {!needsCode && (
            <Anchor component={Link} to="/reset" size="sm" ta="center">
              {t('signIn.forgot')}
            </Anchor>
          )}
        </Stack>
      </form>
    </AccessFrame>
  );
}

type Login = { email: string; password: string };

function FirstStep({ login, setLogin }: { login: Login; setLogin: (login: Login) => void }) {
  const { t } = useTranslation('access');
  return (
    <>
      <TextInput
        type="email"
        label={t('email')}
        autoComplete="username"
        required
        withAsterisk={false}
        maxLength={254}
        autoFocus={login.email === ''}
        value={login.email}
        onChange={(event) => setLogin({ ...login, email: event.currentTarget.value })}
      />
      <PasswordField
        label={t('password')}
        autoComplete="current-password"
        value={login.password}
        onChange={(event) => setLogin({ ...login, password: event.currentTarget.value })}
      />
    </>
  );
}

type SecondProps = { email: string; code: string; setCode: (code: string) => void; back: () => void };

function SecondStep({ email, code, setCode, back }: SecondProps) {
  const { t } = useTranslation('access');
  return (
    <>
      <Group gap="xs" justify="space-between">
        <Text size="sm">{t('signIn.as', { email })}</Text>
        <Anchor component="button" type="button" size="sm" onClick={back}>
          {t('signIn.back')}
        </Anchor>
      </Group>
      <CodeField value={code} onChange={setCode} autoFocus />
    </>
  );
}

function isCodeWanted(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'second_factor_required';
}

/** Only to a place of ours: an address with another host leads home. */
function inside(to: string | undefined): string {
  if (!to) return '/';
  const url = new URL(to, location.origin);
  return url.origin === location.origin && to.startsWith('/') ? url.pathname + url.search + url.hash : '/';
}
