import { Anchor, Button, Divider, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, call } from '#web/api/client.ts';
import { PasswordField } from '#web/ui/password-field.tsx';
import { beginVisit } from './begin-visit.ts';
import type { Assertion } from './ceremony.ts';
import { CodeField } from './code-field.tsx';
import { AccessFrame } from './frame.tsx';
import { PasskeyButton, PasskeyNotice } from './passkey-button.tsx';
import { canUsePasskeys, enterWithPasskey, signAtDoor, usePasskeyFilling } from './passkeys.ts';

/** The door: address and password, then the second factor of those who have one; or a passkey, which is both. */
export default function SignIn() {
  const { t } = useTranslation('access');
  const [login, setLogin] = useState({ email: '', password: '' });
  const [code, setCode] = useState('');
  const { enter, wanted, startAgain } = useDoor(login, code);
  const isBusy = enter.isPending || enter.isSuccess;
  const isByPasskey = enter.variables?.passkey !== undefined;
  // One that was offered and refused is not offered again by itself.
  const isRefused = enter.isError && isByPasskey && enter.variables?.passkey !== 'ask';
  usePasskeyFilling(wanted === null && !isBusy && !isRefused, (passkey) => enter.mutate({ passkey }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate({});
  };
  const back = () => {
    setCode('');
    startAgain();
  };
  const byForm = { type: 'submit', loading: isBusy && !isByPasskey, disabled: isBusy && isByPasskey } as const;
  const byPasskey = {
    onUse: () => enter.mutate({ passkey: 'ask' }),
    loading: isBusy && isByPasskey,
    disabled: isBusy && !isByPasskey,
  };
  return (
    <AccessFrame title={t(wanted ? 'signIn.secondTitle' : 'signIn.title')}>
      <form onSubmit={submit}>
        <Stack>
          {enter.isError && !isCodeWanted(enter.error) && <PasskeyNotice error={enter.error} />}
          {wanted ? (
            <SecondStep {...{ email: login.email, wanted, code, setCode, back, byForm, byPasskey }} />
          ) : (
            <FirstStep {...{ login, setLogin, byForm, byPasskey }} />
          )}
        </Stack>
      </form>
    </AccessFrame>
  );
}

type Login = { email: string; password: string };
/** How the buttons of either way in stand. */
type Ways = {
  byForm: { type: 'submit'; loading: boolean; disabled: boolean };
  byPasskey: { onUse: () => void; loading: boolean; disabled: boolean };
};
/** What was signed already, or that it is to be asked for. */
type Shown = { passkey?: Assertion | 'ask' };

/** Tries to enter; what the second step takes is told to who knows the password. */
function useDoor(login: Login, code: string) {
  const router = useRouter();
  const { to } = useSearch({ strict: false }) as { to?: string };
  const [wanted, setWanted] = useState<readonly string[] | null>(null);
  const enter = useMutation({
    mutationFn: async ({ passkey: shown }: Shown) => {
      const passkey = shown === 'ask' ? await signAtDoor() : shown;
      if (passkey && !wanted) return enterWithPasskey(passkey);
      const second = passkey ? { passkey } : wanted && { code: code.trim() };
      await call('POST /v1/sessions', { body: { ...login, ...second } });
    },
    onSuccess: async () => {
      await beginVisit();
      router.history.push(inside(to));
    },
    onError: (error) => {
      if (isCodeWanted(error)) setWanted(error.problem.fields.map(({ name }) => name));
    },
  });
  const startAgain = () => {
    enter.reset();
    setWanted(null);
  };
  return { enter, wanted, startAgain };
}

type FirstProps = Ways & { login: Login; setLogin: (login: Login) => void };

function FirstStep({ login, setLogin, byForm, byPasskey }: FirstProps) {
  const { t } = useTranslation('access');
  return (
    <>
      <TextInput
        type="email"
        label={t('email')}
        autoComplete="username webauthn"
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
      <Button {...byForm} fullWidth>
        {t('signIn.enter')}
      </Button>
      {canUsePasskeys && (
        <>
          <Divider label={t('passkey.or')} />
          <PasskeyButton {...byPasskey} />
        </>
      )}
      <Anchor component={Link} to="/reset" size="sm" ta="center">
        {t('signIn.forgot')}
      </Anchor>
    </>
  );
}

type SecondProps = Ways & {
  email: string;
  wanted: readonly string[];
  code: string;
  setCode: (code: string) => void;
  back: () => void;
};

function SecondStep({ email, wanted, code, setCode, back, byForm, byPasskey }: SecondProps) {
  const { t } = useTranslation('access');
  const hasCode = wanted.includes('code');
  const isOffered = canUsePasskeys && wanted.includes('passkey');
  // Who has nothing but passkeys is asked for one first; a recovery code is for the day the device is lost.
  const isFirst = isOffered && !hasCode;
  return (
    <>
      <Group gap="xs" justify="space-between">
        <Text size="sm">{t('signIn.as', { email })}</Text>
        <Anchor component="button" type="button" size="sm" onClick={back}>
          {t('signIn.back')}
        </Anchor>
      </Group>
      {!hasCode && <Text size="sm">{t(canUsePasskeys ? 'passkey.second' : 'passkey.none')}</Text>}
      {isFirst && (
        <>
          <PasskeyButton {...byPasskey} variant="filled" autoFocus />
          <Divider label={t('passkey.or')} />
        </>
      )}
      <CodeField value={code} onChange={setCode} autoFocus={!isFirst} recoveryOnly={!hasCode} />
      <Button {...byForm} fullWidth variant={isFirst ? 'default' : 'filled'}>
        {t('signIn.enter')}
      </Button>
      {isOffered && !isFirst && (
        <>
          <Divider label={t('passkey.or')} />
          <PasskeyButton {...byPasskey} />
        </>
      )}
    </>
  );
}

function isCodeWanted(error: unknown): error is ApiError {
  return error instanceof ApiError && error.problem.code === 'second_factor_required';
}

/** Only to a place of ours: an address with another host leads home. */
function inside(to: string | undefined): string {
  if (!to) return '/';
  const url = new URL(to, location.origin);
  return url.origin === location.origin && to.startsWith('/') ? url.pathname + url.search + url.hash : '/';
}
