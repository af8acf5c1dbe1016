import { Alert, Button, Group, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconClock, IconCreditCardOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Answer, call } from '#web/api/client.ts';
import { useIntention } from '#web/api/intention.ts';
import { useMay } from '#web/api/may.ts';
import { ask, refresh } from '#web/api/queries.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import { CameBack } from './came-back.tsx';
import { deadline, money } from './format.ts';
import { forgetLeaving, leaveToPay, paceOf, useReturn } from './leave.ts';
import { ClosedWays, useNamedWays } from './payment-ways.tsx';
import { ProblemNotice } from './problem.tsx';
import { useRescuedFocus } from './rescued-focus.ts';
import { TransferDetails } from './transfer-details.tsx';

type Order = Answer<'GET /v1/orders/{id}'>;
type Attempt = Answer<'GET /v1/orders/{id}/payments'>['items'][number];

// One that succeeded pays its order in the same moment; only this screen may hear of the two one after the other.
const underWay = ['created', 'submitted', 'unknown', 'succeeded'];

/**
 * Paying an order by whoever is signed in: a registered method, the prepaid account, the provider's page, or a bank
 * transfer; then what became of it. Nothing is paid twice: while an outcome is awaited nothing else is offered.
 */
export function PayOrder({ orderId }: { orderId: number }) {
  const params = { id: orderId };
  const [awaitsOutcome, setAwaits] = useState(false);
  const back = useReturn(orderId, () => call('PUT /v1/orders/{id}/payment-return', { params }));
  const pace = awaitsOutcome ? paceOf('asking') : paceOf(back);
  const order = useQuery({
    ...ask('GET /v1/orders/{id}', { params }),
    refetchInterval: ({ state: { data } }) => (data && data.state !== 'open' ? false : pace),
  });
  const isOpen = order.data?.state === 'open';
  const attempts = useQuery({
    ...ask('GET /v1/orders/{id}/payments', { params }),
    refetchInterval: isOpen ? pace : false,
  });
  const latest = attempts.data?.items[0];
  const awaits = isOpen && latest !== undefined && underWay.includes(latest.state);
  useEffect(() => setAwaits(awaits), [awaits]);
  useRefreshAfter(attempts.data && `${latest?.charge_id} ${latest?.state}`);
  // Once it is paid, what stands around it has changed too: mailboxes, balance, documents.
  const state = order.data?.state;
  useEffect(() => {
    if (state === 'paid') void refresh();
    if (state !== undefined && state !== 'open') forgetLeaving(orderId);
  }, [state, orderId]);
  const told = useRescuedFocus<HTMLDivElement>(`${state} ${awaits}`);
  const failed = order.error ?? attempts.error;
  const problem = failed && <ProblemNotice error={failed} onRetry={() => void refresh()} />;
  if (!order.data || !attempts.data) return problem ?? <Skeleton h={140} />;
  return (
    <Stack>
      {problem}
      <div role="status" ref={told} tabIndex={-1} style={{ outline: 'none' }}>
        {!isOpen && <Closed order={order.data} />}
        {awaits && <UnderWay attempt={latest} />}
        {isOpen && !awaits && back && <CameBack stage={back} />}
        {isOpen && !awaits && !back && latest && <Failed attempt={latest} />}
      </div>
      {isOpen && !awaits && back !== 'asking' && <Ways order={order.data} />}
    </Stack>
  );
}

/** What can be done now was asked for while an attempt was under way, and is asked for again once it came to something. */
function useRefreshAfter(outcome: string | undefined): void {
  const known = useRef<string>(undefined);
  useEffect(() => {
    if (known.current !== undefined && known.current !== outcome) void refresh();
    known.current = outcome;
  }, [outcome]);
}

function Closed({ order }: { order: Order }) {
  const { t } = useTranslation('pay');
  const isPaid = order.state === 'paid';
  return (
    <Alert color={isPaid ? 'green' : 'gray'} icon={isPaid ? <IconCircleCheck /> : <IconClock />}>
      {t(isPaid ? `paid.${order.kind}` : `closed.${order.state}`, { number: order.number })}
    </Alert>
  );
}

function UnderWay({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation('pay');
  return (
    <Alert color="blue" icon={<IconClock />} title={t('underWay')}>
      <Text size="sm">{t(attempt.state === 'unknown' ? 'unknown' : 'underWayHelp')}</Text>
    </Alert>
  );
}

// Why a payment was declined, where the payer can do something about exactly that.
const toldCodes = ['insufficient_funds', 'expired_card'] as const;

function Failed({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation('pay');
  if (attempt.state === 'action_required') {
    return (
      <Alert color="orange" icon={<IconCreditCardOff />} title={t('actionRequired')}>
        <Text size="sm">{t('actionRequiredHelp')}</Text>
      </Alert>
    );
  }
  if (attempt.state !== 'declined') return null;
  const code = toldCodes.find((each) => each === attempt.decline_code) ?? 'other';
  return (
    <Alert color="red" icon={<IconCreditCardOff />} title={t('declinedTitle')}>
      <Text size="sm">{t(`declined.${code}`)}</Text>
    </Alert>
  );
}

function Ways({ order }: { order: Order }) {
  const { t } = useTranslation('pay');
  const ways = useNamedWays({ kind: order.kind, amount: order.gross }) ?? [];
  const openIds = ways.flatMap(({ method_id: id, why }) => (id !== null && why === null ? [id] : []));
  const hasMethod = openIds.length > 0;
  const isClosed = (kind: 'card' | 'paypal') => ways.some((way) => way.kind === kind && way.why !== null);
  const mayPay = useMay('money:write');
  const act = useAct();
  const intention = useIntention();
  const params = { id: order.order_id };
  const pay = useMutation({
    mutationFn: async (body: { method_id?: number }) => {
      const options = { idempotencyKey: intention.keyOf(body) };
      const answer = await act('POST /v1/orders/{id}/payments', { params, body }, options);
      intention.done();
      return answer;
    },
    // Also what was refused: another tab may be paying it, or have paid it.
    onSettled: refresh,
  });
  const visit = useMutation({
    mutationFn: async (kind: 'card' | 'paypal') => {
      const options = { idempotencyKey: intention.keyOf(kind) };
      return act('POST /v1/orders/{id}/payment-pages', { params, body: { kind } }, options);
    },
    onSuccess: ({ url }) => leaveToPay(order.order_id, url),
  });
  const isBusy = pay.isPending || visit.isPending || visit.isSuccess;
  const amount = money(order.gross, order.currency);
  return (
    <Stack>
      <Text size="sm">{t('open', { amount, when: deadline(order.expires_at) })}</Text>
      {mayPay ? (
        <>
          <MethodWay {...{ amount, isBusy, openIds }} onPay={(method_id) => pay.mutate({ method_id })} />
          <Group gap="sm">
            {order.kind === 'mailboxes' && <AccountWay isBusy={isBusy} onPay={() => pay.mutate({})} />}
            <Button
              variant={hasMethod ? 'default' : 'filled'}
              disabled={isBusy || isClosed('card')}
              onClick={() => visit.mutate('card')}
            >
              {t(hasMethod ? 'withCard' : 'withFirstCard')}
            </Button>
            <Button variant="default" disabled={isBusy || isClosed('paypal')} onClick={() => visit.mutate('paypal')}>
              {t('withPaypal')}
            </Button>
          </Group>
        </>
      ) : (
        <Text size="sm">{t('notYou')}</Text>
      )}
      {mayPay && <ClosedWays ways={ways.filter(({ by }) => by !== 'account' || order.kind === 'mailboxes')} />}
      {pay.isError && <ProblemNotice error={pay.error} />}
      {visit.isError && <ProblemNotice error={visit.error} />}
      <details>
        <summary>
          <Text size="sm" span>
            {t('byTransfer')}
          </Text>
        </summary>
        <TransferDetails order={order} />
      </details>
    </Stack>
  );
}

type WayProps = { isBusy: boolean };

type MethodWayProps = WayProps & { amount: string; openIds: readonly number[]; onPay: (methodId: number) => void };

function MethodWay({ amount, isBusy, openIds, onPay }: MethodWayProps) {
  const { t } = useTranslation('pay');
  const { data } = useQuery(ask('GET /v1/payment-methods', {}));
  const usable = data?.items.filter(({ method_id: id }) => openIds.includes(id)) ?? [];
  const [wished, setWished] = useState<number | null>(null);
  const method =
    usable.find(({ method_id }) => method_id === wished) ?? usable.find(({ is_default }) => is_default) ?? usable[0];
  if (!method) return null;
  const nameOf = ({ brand, kind, last_four }: typeof method) =>
    last_four ? `${brand} •••• ${last_four}` : brand || t(`kind.${kind}`);
  return (
    <Group gap="sm" align="end">
      {usable.length > 1 && (
        <NativeSelect
          label={t('method')}
          value={method.method_id}
          data={usable.map((each) => ({ value: String(each.method_id), label: nameOf(each) }))}
          onChange={(event) => setWished(Number(event.currentTarget.value))}
        />
      )}
      <Button loading={isBusy} onClick={() => onPay(method.method_id)}>
        {t('withMethod', { amount, method: nameOf(method) })}
      </Button>
    </Group>
  );
}

function AccountWay({ isBusy, onPay }: WayProps & { onPay: () => void }) {
  const { t } = useTranslation('pay');
  const { data } = useQuery(ask('GET /v1/account', {}));
  if (!data || data.balance <= 0) return null;
  return (
    <Button variant="default" disabled={isBusy} onClick={onPay}>
      {t('fromAccount', { balance: money(data.balance, data.currency) })}
    </Button>
  );
}
