import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask, refresh } from '#web/api/queries.ts';
import { PageTitle } from '#web/ui/page-title.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Section } from '#web/ui/section.tsx';
import { AddMethod } from './add-method.tsx';
import { MethodCard } from './method-card.tsx';
import { Registration } from './registration.tsx';

/** The cards and PayPal accounts from which we collect, in the order in which they are tried. */
export default function Methods() {
  const { t } = useTranslation('billing');
  const mayPay = useMay('money:write');
  const { data, error } = useQuery(ask('GET /v1/payment-methods', {}));
  const methods = data?.items ?? [];
  const ordered = methods.filter((method) => method.is_default || method.backup_rank !== null);
  const others = methods.filter((method) => !ordered.includes(method));
  return (
    <>
      <PageTitle actions={mayPay && <AddMethod />}>{t('methods.title')}</PageTitle>
      <Stack gap="md">
        <Registration />
        {error && <ProblemNotice error={error} onRetry={() => void refresh()} />}
        {!data && !error && <Skeleton height={220} />}
        {data && (
          <Section id="methods" title={t('methods.order')} intro={t('methods.orderHelp')}>
            {ordered.length === 0 && <Text size="sm">{t(`methods.${others.length > 0 ? 'noDefault' : 'empty'}`)}</Text>}
            <Stack gap="sm" role="list" aria-labelledby="methods">
              {ordered.map((method) => (
                <MethodCard key={method.method_id} {...{ method, methods }} />
              ))}
            </Stack>
          </Section>
        )}
        {others.length > 0 && (
          <Section id="other-methods" title={t('methods.others')} intro={t('methods.othersHelp')}>
            <Stack gap="sm" role="list" aria-labelledby="other-methods">
              {others.map((method) => (
                <MethodCard key={method.method_id} {...{ method, methods }} />
              ))}
            </Stack>
          </Section>
        )}
      </Stack>
    </>
  );
}
