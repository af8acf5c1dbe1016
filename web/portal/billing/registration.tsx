import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconCreditCardOff, IconHourglass } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, scope } from '#web/api/client.ts';
import { ask, refresh } from '#web/api/queries.ts';
import { money } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';

const mostAttempts = 10;

/** Back from the provider's page: asks what became of the registration, and says what follows from it. */
export function Registration() {
  const { registered } = useSearch({ strict: false }) as { registered?: unknown };
  const id = Number(registered);
  const isNumbered = Number.isSafeInteger(id) && id > 0;
  const [methodId, setMethodId] = useState(isNumbered ? id : null);
  useEffect(() => {
    if (isNumbered) setMethodId(id);
  }, [isNumbered, id]);
  return methodId === null ? null : <Outcome key={methodId} methodId={methodId} onClose={() => setMethodId(null)} />;
}

function Outcome({ methodId, onClose }: { methodId: number; onClose: () => void }) {
  const { t } = useTranslation('billing');
  const { t: common } = useTranslation();
  const navigate = useNavigate();
  const [isFinal, setFinal] = useState(false);
  const asked = useQuery({
    queryKey: [scope.customer, 'registration', methodId],
    queryFn: () => call('PUT /v1/payment-methods/{id}/registration', { params: { id: methodId } }),
    // The person may be back before the provider knows.
    refetchInterval: (query) =>
      query.state.data?.state === 'pending' && query.state.dataUpdateCount < mostAttempts ? 2_000 : false,
    enabled: !isFinal,
    staleTime: 0,
  });
  const state = asked.data?.state;
  useEffect(() => {
    if (!state || state === 'pending') return;
    setFinal(true);
    // What was asked is answered: the address does not ask again.
    void navigate({ to: '/billing/methods', replace: true });
    void refresh();
  }, [state, navigate]);
  if (asked.error) return <ProblemNotice error={asked.error} onRetry={() => void asked.refetch()} />;
  const closing = { withCloseButton: true, closeButtonLabel: common('close'), onClose };
  return (
    <div role="status">
      {!state && <Alert icon={<IconHourglass />} title={t('registration.asking')} />}
      {state === 'valid' && (
        <Alert color="green" icon={<IconCircleCheck />} title={t('registration.valid')} {...closing}>
          <Collected />
        </Alert>
      )}
      {state === 'pending' && (
        <Alert color="yellow" icon={<IconHourglass />} title={t('registration.pending')} {...closing}>
          <Stack gap="xs" align="start">
            <Text size="sm">{t('registration.pendingHelp')}</Text>
            <Button variant="default" size="compact-sm" onClick={() => void asked.refetch()}>
              {t('registration.askAgain')}
            </Button>
          </Stack>
        </Alert>
      )}
      {(state === 'failed' || state === 'expired' || state === 'removed') && (
        <Alert color="red" icon={<IconCreditCardOff />} title={t('registration.failed')} {...closing}>
          {t('registration.failedHelp')}
        </Alert>
      )}
    </div>
  );
}

/** Who registers a method while in debt is collected from at once (R27). */
function Collected() {
  const { t } = useTranslation('billing');
  const account = useQuery({
    ...ask('GET /v1/account', {}),
    refetchInterval: (query) => (query.state.data?.debt && query.state.dataUpdateCount < 20 ? 1_500 : false),
  });
  const { debt = 0, currency = '' } = account.data ?? {};
  return (
    <Text size="sm">
      {debt > 0 ? t('registration.collecting', { amount: money(debt, currency) }) : t('registration.validHelp')}
    </Text>
  );
}
