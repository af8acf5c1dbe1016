import { Button, Group, Text } from '@mantine/core';
import { IconAlarm } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useIntention } from '#web/api/intention.ts';
import { useMay } from '#web/api/may.ts';
import { ask, refresh } from '#web/api/queries.ts';
import type { Account } from '#web/api/types.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { Notice } from '#web/portal/home/notice.tsx';
import { deadline, distance, money } from '#web/ui/format.ts';
import { useNow } from '#web/ui/now.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { methodName } from './method-name.ts';

/** All that is owed, paid in one click: by the default method, else on the page of the order that is made for it (R9). */
export function PayOpen({ account }: { account: Account }) {
  const { t } = useTranslation('billing');
  const now = useNow();
  const mayPay = useMay('money:write');
  const { debt, currency, deadline_at: until } = account;
  if (debt === 0) return null;
  const amount = money(debt, currency);
  const isLate = until !== null && Date.parse(until) <= now;
  return (
    <Notice color="red" Icon={IconAlarm} title={t('open.title', { amount })}>
      {until && (
        <Text size="sm">
          {t(isLate ? 'open.late' : 'open.until', { when: deadline(until), distance: distance(until, now) })}
        </Text>
      )}
      {mayPay && <Ways amount={amount} />}
    </Notice>
  );
}

function Ways({ amount }: { amount: string }) {
  const { t } = useTranslation('billing');
  const act = useAct();
  const intention = useIntention();
  const payIntention = useIntention();
  const navigate = useNavigate();
  const { data } = useQuery(ask('GET /v1/payment-methods', {}));
  const method = data?.items.find(({ is_default, state }) => is_default && state === 'valid');
  const pay = useMutation({
    mutationFn: async (methodId: number | null) => {
      const wish = { kind: 'settlement' } as const;
      const order = await act('POST /v1/orders', { body: wish }, { idempotencyKey: intention.keyOf(wish) });
      if (methodId !== null) {
        const body = { method_id: methodId };
        const params = { id: order.order_id };
        const options = { idempotencyKey: payIntention.keyOf([order.order_id, body]) };
        await act('POST /v1/orders/{id}/payments', { params, body }, options);
      }
      return order;
    },
    onSuccess: async ({ order_id: id }) => {
      void refresh();
      await navigate({ to: `/billing/orders/${id}` });
    },
    // Whatever was placed meanwhile counts; the next click asks anew.
    onSettled: () => {
      intention.done();
      payIntention.done();
    },
  });
  return (
    <>
      <Text size="sm">
        {method ? t('open.byMethod', { method: methodName(method, t), amount }) : t('open.byOrder')}
      </Text>
      <Group gap="sm">
        {data && (
          <Button loading={pay.isPending} onClick={() => pay.mutate(method?.method_id ?? null)}>
            {method ? t('open.payWith', { method: methodName(method, t) }) : t('open.pay', { amount })}
          </Button>
        )}
        {method && (
          <Button variant="default" disabled={pay.isPending} onClick={() => pay.mutate(null)}>
            {t('open.otherWay')}
          </Button>
        )}
        {data && !method && (
          <Button variant="default" component={Link} to="/billing/methods">
            {t('open.register')}
          </Button>
        )}
      </Group>
      {pay.isError && <ProblemNotice error={pay.error} />}
    </>
  );
}
