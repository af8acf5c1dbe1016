import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { refresh } from '#web/api/queries.ts';
import type { Account } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { money } from '#web/ui/format.ts';
import { MoneyField } from '#web/ui/money-field.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { useRescuedFocus } from '#web/ui/rescued-focus.ts';
import { Section } from '#web/ui/section.tsx';
import { told } from '#web/ui/told.ts';

/** Below which balance a letter is sent (R6). */
export function Threshold({ account }: { account: Account }) {
  const { t } = useTranslation('billing');
  const mayPay = useMay('money:write');
  const { alert_threshold: threshold, currency } = account;
  const standing = threshold === null ? t('threshold.none') : t('threshold.is', { amount: money(threshold, currency) });
  const stands = useRescuedFocus<HTMLParagraphElement>(threshold);
  return (
    <Section id="threshold" title={t('threshold.title')} intro={t('threshold.intro')}>
      <Text size="sm" role="status" ref={stands} tabIndex={-1} style={{ outline: 'none' }}>
        {standing}
      </Text>
      {mayPay && <ThresholdForm key={threshold} {...{ threshold, currency }} />}
    </Section>
  );
}

function ThresholdForm({ threshold, currency }: { threshold: number | null; currency: string }) {
  const { t } = useTranslation('billing');
  const act = useAct();
  const [amount, setAmount] = useState(threshold);
  const change = useMutation({
    mutationFn: (wish: number | null) => act('PUT /v1/account/threshold', { body: { amount: wish } }),
    onSuccess: async (_, wish) => {
      told(wish === null ? t('threshold.toldNone') : t('threshold.told', { amount: money(wish, currency) }));
      await refresh();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (amount !== null) change.mutate(amount);
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <MoneyField
          label={t('threshold.amount')}
          currency={currency}
          amount={amount}
          onAmount={setAmount}
          required
          withAsterisk={false}
          w={200}
        />
        <Button type="submit" variant="default" loading={change.isPending}>
          {t('threshold.save')}
        </Button>
        {threshold !== null && (
          <Button variant="subtle" disabled={change.isPending} onClick={() => change.mutate(null)}>
            {t('threshold.clear')}
          </Button>
        )}
      </Group>
      {change.isError && <ProblemNotice error={change.error} />}
    </form>
  );
}
