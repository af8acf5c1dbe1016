import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';
import type { PaymentMethod } from '#web/api/types.ts';
import { day } from '#web/ui/format.ts';

/** Whether a method can be charged, until when, and what is wrong with it. */
export function MethodHealth({ method }: { method: PaymentMethod }) {
  const { t, i18n } = useTranslation('billing');
  const { data: forecast } = useQuery({
    ...ask('GET /v1/forecast', { query: { months: 12 } }),
    enabled: method.state === 'valid',
  });
  const { state, expires_on: until, failure } = method;
  if (state === 'failed') {
    const known = `billing:decline.${failure}`;
    const why = i18n.exists(known) ? i18n.t(known) : t('decline.other');
    return <Words color="red" text={t('methods.failed', { why })} />;
  }
  if (state === 'expired') return <Words color="red" text={t('methods.expired', { day: until ? day(until) : '' })} />;
  if (state === 'pending') return <Words color="dimmed" text={t('methods.pending')} />;
  if (method.wants_owner) return <Words color="orange" text={t('methods.wantsOwner')} />;
  if (until === null) return <Words color="dimmed" text={t('methods.valid')} />;
  const missed = forecast?.invoices.find(({ due_on: due }) => due > until);
  return (
    <>
      <Words color="dimmed" text={t('methods.validUntil', { day: day(until) })} />
      {missed && <Words color="orange" text={t('methods.missed', { day: day(missed.due_on) })} />}
    </>
  );
}

function Words({ color, text }: { color: 'red' | 'orange' | 'dimmed'; text: string }) {
  return (
    <Text size="sm" c={color === 'dimmed' ? 'dimmed' : `var(--mantine-color-${color}-light-color)`}>
      {text}
    </Text>
  );
}
