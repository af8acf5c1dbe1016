import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { IconMailForward } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '#web/api/client.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { AccessFrame } from './frame.tsx';

/** Asks for a letter with a link to choose a new password. Whether the address is known is told to nobody. */
export default function Reset() {
  const { t } = useTranslation('access');
  const [email, setEmail] = useState('');
  const send = useMutation({ mutationFn: () => call('POST /v1/password-resets', { body: { email } }) });
  return (
    <AccessFrame title={t('reset.title')} intro={t('reset.intro')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <Stack>
          {send.isError && <ProblemNotice error={send.error} />}
          {send.isSuccess && (
            <Alert role="status" color="green" icon={<IconMailForward />} title={t('reset.sentTitle')}>
              <Text size="sm">{t('reset.sent', { email })}</Text>
            </Alert>
          )}
          {!send.isSuccess && (
            <>
              <TextInput
                type="email"
                label={t('email')}
                autoComplete="username"
                required
                withAsterisk={false}
                maxLength={254}
                autoFocus
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <Button type="submit" fullWidth loading={send.isPending}>
                {t('reset.send')}
              </Button>
            </>
          )}
          <Anchor component={Link} to="/sign-in" size="sm" ta="center">
            {t('reset.back')}
          </Anchor>
        </Stack>
      </form>
    </AccessFrame>
  );
}
