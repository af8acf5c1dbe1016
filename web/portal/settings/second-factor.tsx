import { Badge, Button, Group, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, refresh } from '#web/api/queries.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { ConfirmButton } from '#web/ui/confirm-button.tsx';
import { later } from '#web/ui/later.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { told } from '#web/ui/told.ts';
import { RecoveryCodes } from './recovery-codes.tsx';

const SetUpAuthenticator = later(() => import('./set-up-authenticator.tsx'), 'SetUpAuthenticator', 320);

/** The authenticator: begun, in force, taken away; and the recovery codes for the day the phone is lost. */
export function SecondFactor() {
  const { t } = useTranslation('settings');
  const { data, error } = useQuery(ask('GET /v1/me/second-factor', {}));
  const [codes, setCodes] = useState<readonly string[]>([]);
  const arrived = async (fresh: readonly string[]) => {
    setCodes(fresh);
    await refresh();
  };
  const put = () => {
    setCodes([]);
    document.getElementById('second-factor')?.focus();
  };
  return (
    <Section id="second-factor" title={t('factor.title')} intro={t('factor.intro')}>
      {error && <ProblemNotice error={error} />}
      {!data && !error && <Skeleton height={60} />}
      {data && (
        <Group gap="xs">
          <Badge color={data.active ? 'green' : 'gray'} variant="light" tt="none">
            {t(data.authenticator ? 'factor.active' : data.active ? 'factor.byPasskey' : 'factor.inactive')}
          </Badge>
          {data.active && <Text size="sm">{t('factor.left', { count: data.recovery_codes_left })}</Text>}
        </Group>
      )}
      {codes.length > 0 && <RecoveryCodes codes={codes} onDone={put} />}
      {data && codes.length === 0 && (
        <Group>
          {!data.authenticator && <NotYet isFirst={!data.active} onCodes={arrived} />}
          {data.active && <Renew onCodes={arrived} />}
          {data.authenticator && <Remove />}
        </Group>
      )}
    </Section>
  );
}

type Props = { onCodes: (codes: readonly string[]) => Promise<void> };

function NotYet({ isFirst, onCodes }: Props & { isFirst: boolean }) {
  const { t } = useTranslation('settings');
  const act = useAct();
  const begin = useMutation({ mutationFn: () => act('POST /v1/me/second-factor', {}) });
  const arrived = async (codes: readonly string[]) => {
    // Who has passkeys has recovery codes already; then there is nothing to put aside.
    await onCodes(codes);
    if (codes.length > 0) return;
    told(t('factor.done'));
    document.getElementById('second-factor')?.focus();
  };
  if (begin.data) {
    return <SetUpAuthenticator {...begin.data} onCodes={arrived} onCancel={begin.reset} />;
  }
  return (
    <>
      {begin.isError && <ProblemNotice error={begin.error} />}
      <Button w="fit-content" loading={begin.isPending} onClick={() => begin.mutate()}>
        {t(isFirst ? 'factor.begin' : 'factor.beginApp')}
      </Button>
    </>
  );
}

function Renew({ onCodes }: Props) {
  const { t } = useTranslation('settings');
  const act = useAct();
  const renew = async () => {
    const { recovery_codes } = await act('POST /v1/me/recovery-codes', {});
    await onCodes(recovery_codes);
  };
  return (
    <ConfirmButton
      label={t('factor.renew')}
      title={t('factor.renew')}
      text={t('factor.renewText')}
      confirm={t('factor.renewConfirm')}
      act={renew}
      focusAfter="recovery-codes"
    />
  );
}

function Remove() {
  const { t } = useTranslation('settings');
  const act = useAct();
  const { data: me } = useQuery(ask('GET /v1/me', {}));
  const isLast = !me?.second_factors.includes('passkey');
  const remove = async () => {
    await act('DELETE /v1/me/second-factor', {});
    told(t(isLast ? 'factor.removed' : 'factor.removedApp'));
    await refresh();
  };
  const label = t(isLast ? 'factor.remove' : 'factor.removeApp');
  return (
    <ConfirmButton
      label={label}
      title={label}
      text={t(isLast ? 'factor.removeText' : 'factor.removeKept')}
      confirm={t(isLast ? 'factor.removeConfirm' : 'factor.removeAppConfirm')}
      act={remove}
      focusAfter="second-factor"
    />
  );
}
