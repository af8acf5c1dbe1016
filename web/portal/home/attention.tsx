import { Alert, Skeleton, Stack, Title } from '@mantine/core';
import { IconCircleCheck, IconZoomQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { refresh } from '#web/api/queries.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { DebtNotice } from './debt-notice.tsx';
import { EndingNotices } from './ending-notices.tsx';
import { MethodNotices } from './method-notices.tsx';
import { Notice } from './notice.tsx';
import { type Attention as Matters, useAttention } from './use-attention.ts';

/** What wants attention, the most pressing first; and that all is well, when it is. */
export function Attention() {
  const { t } = useTranslation('home');
  const matters = useAttention();
  return (
    <Stack component="section" gap="sm" aria-labelledby="attention" aria-busy={matters.isPending}>
      <Title order={2} size="h3" id="attention">
        {t('attention')}
      </Title>
      {matters.error !== null && <ProblemNotice error={matters.error} onRetry={() => void refresh()} />}
      {matters.isPending && matters.error === null ? <Skeleton height={96} /> : <All {...matters} />}
    </Stack>
  );
}

function All(matters: Matters) {
  const { t } = useTranslation('home');
  // Who does not see money is not told that none is owed.
  const calm = matters.seesMoney ? 'calm' : 'calmMailboxes';
  return (
    <>
      <DebtNotice {...matters} />
      {matters.account?.parked && (
        <Notice color="yellow" Icon={IconZoomQuestion} title={t('parked.title')} text={t('parked.help')} />
      )}
      <MethodNotices {...matters} />
      <EndingNotices {...matters} />
      {isCalm(matters) && (
        <Alert color="green" icon={<IconCircleCheck />} title={t(`${calm}.title`)}>
          {t(`${calm}.help`)}
        </Alert>
      )}
    </>
  );
}

function isCalm({ account, error, invoices, ...matters }: Matters): boolean {
  if (error !== null || account?.debt || account?.parked) return false;
  const [next] = invoices;
  if (account && next && !matters.hasValidMethod && account.balance < next.gross) return false;
  const { failed, expiring, wanting, terminated, ending, suspended } = matters;
  return [failed, expiring, wanting, terminated, ending, suspended].every((list) => list.length === 0);
}
