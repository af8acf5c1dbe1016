import { Alert, Anchor, Button, Stack } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, call } from '#web/api/client.ts';
import { PasswordField } from '#web/ui/password-field.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { AccessFrame } from './frame.tsx';

/** Where the link of a reset or an invitation leads: a password is chosen, then one signs in with it. */
export default function SetPassword() {
  const { t } = useTranslation('access');
  const { token = '' } = useParams({ strict: false }) as { token?: string };
  const [password, setPassword] = useState('');
  const save = useMutation({
    mutationFn: () => call('PUT /v1/password-resets/{token}', { params: { token }, body: { password } }),
  });
  if (save.isSuccess) return <Done />;
  return (
    <AccessFrame title={t('setPassword.title')} intro={t('setPassword.intro')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack>
          {save.isError && <ProblemNotice error={save.error} />}
          {isDeadLink(save.error) && (
            <Anchor component={Link} to="/reset">
              {t('setPassword.newLink')}
            </Anchor>
          )}
          <PasswordField
            label={t('setPassword.label')}
            description={t('setPassword.rule')}
            autoComplete="new-password"
            minLength={10}
            autoFocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" fullWidth loading={save.isPending}>
            {t('setPassword.save')}
          </Button>
        </Stack>
      </form>
    </AccessFrame>
  );
}

function Done() {
  const { t } = useTranslation('access');
  return (
    <AccessFrame title={t('setPassword.doneTitle')}>
      <Stack>
        <Alert role="status" color="green" icon={<IconCircleCheck />}>
          {t('setPassword.done')}
        </Alert>
        <Button component={Link} to="/sign-in" fullWidth autoFocus>
          {t('signIn.enter')}
        </Button>
      </Stack>
    </AccessFrame>
  );
}

// The address was cut short by a mail program, or the link was used or is too old.
function isDeadLink(error: unknown): boolean {
  return error instanceof ApiError && ['reset_refused', 'invalid_input'].includes(error.problem.code);
}
