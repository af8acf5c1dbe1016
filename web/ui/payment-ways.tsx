import { List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Answer } from '#web/api/client.ts';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';

type Way = Answer<'GET /v1/payment-ways'>['items'][number];
type Named = Way & { name: string };
type Props = { kind: 'top_up' | 'settlement' | 'mailboxes'; amount: number };

/** With what something can be paid, before it is ordered; and why another way is not possible. */
export function PaymentWays(purchase: Props) {
  const { t, i18n } = useTranslation('pay');
  const ways = useNamedWays(purchase);
  if (!ways) return null;
  const open = ways.filter(({ why }) => why === null).map(({ name }) => name);
  const list = new Intl.ListFormat(i18n.language, { type: 'disjunction' });
  return (
    <Stack gap={4}>
      {open.length > 0 && <Text size="sm">{t('ways.can', { ways: list.format(open) })}</Text>}
      <ClosedWays ways={ways} />
    </Stack>
  );
}

/** The ways that are not possible, each with the reason. */
export function ClosedWays({ ways }: { ways: readonly Named[] }) {
  const { t } = useTranslation('pay');
  const closed = ways.flatMap(({ why, ...way }) => (why ? [{ ...way, why }] : []));
  if (closed.length === 0) return null;
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('ways.cannot')}
      </Text>
      <List size="sm" c="dimmed" spacing={2}>
        {closed.map(({ by, method_id: id, kind, name, why }) => (
          <List.Item key={`${by} ${id} ${kind}`}>{`${name}: ${t(`ways.why.${why}`)}`}</List.Item>
        ))}
      </List>
    </>
  );
}

/** The ways to pay something as people call them; undefined until they are known. */
export function useNamedWays({ kind, amount }: Props): Named[] | undefined {
  const { t } = useTranslation('pay');
  const enabled = useMay('money:read');
  const { data: methods } = useQuery({ ...ask('GET /v1/payment-methods', {}), enabled });
  const { data } = useQuery({ ...ask('GET /v1/payment-ways', { query: { kind, amount } }), enabled });
  if (!data || !methods) return undefined;
  return data.items.map((way) => {
    const method = methods.items.find(({ method_id: id }) => id === way.method_id);
    const card = method && (method.brand || t(`kind.${method.kind}`));
    const own = method?.last_four ? `${card} •••• ${method.last_four}` : card;
    return {
      ...way,
      name: own ?? t(`ways.by.${way.by === 'page' ? (way.kind ?? 'card') : (way.by as 'account')}`),
    };
  });
}
