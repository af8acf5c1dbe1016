import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Api } from '#web/api/types.ts';

const colors = { open: 'red', settled: 'green', written_off: 'gray' } as const;

/** Whether an invoice is paid. */
export function InvoiceBadge({ state }: { state: Api['GET /v1/invoices/{id}']['answer']['state'] }) {
  const { t } = useTranslation('billing');
  return (
    <Badge variant="light" color={colors[state]} tt="none">
      {t(`invoices.state.${state}`)}
    </Badge>
  );
}
