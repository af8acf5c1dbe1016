import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '#web/api/client.ts';

const colors = { open: 'blue', paid: 'green', expired: 'gray', withdrawn: 'gray' } as const;

/** Where an order stands. */
export function OrderBadge({ state }: { state: Answer<'GET /v1/orders/{id}'>['state'] }) {
  const { t } = useTranslation('billing');
  return (
    <Badge variant="light" color={colors[state]} tt="none">
      {t(`orders.state.${state}`)}
    </Badge>
  );
}
