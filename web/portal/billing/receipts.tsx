import { Anchor } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askPages } from '#web/api/pages.ts';
import type { Api } from '#web/api/types.ts';
import type { Column } from '#web/ui/data-table.tsx';
import { DownloadButton } from '#web/ui/download-button.tsx';
import { instant, money } from '#web/ui/format.ts';
import { ArchiveButton } from './archive-button.tsx';
import { DocumentList, hasNone } from './document-list.tsx';
import { type Period, PeriodFilter } from './period-filter.tsx';

type Receipt = Api['GET /v1/receipts']['answer']['items'][number];

/** The receipts of what was paid. */
export function Receipts() {
  const { t } = useTranslation('billing');
  const [period, setPeriod] = useState<Period>({});
  const list = useInfiniteQuery(askPages('GET /v1/receipts', { limit: 25, ...period }));
  return (
    <DocumentList
      caption={t('documents.receipts')}
      list={list}
      columns={useColumns()}
      keyOf={(receipt) => receipt.payment_id}
      empty={t(Object.keys(period).length > 0 ? 'documents.noneSuch' : 'receipts.empty')}
      filters={<PeriodFilter period={period} onPeriod={setPeriod} />}
      download={
        <>
          <DownloadButton route="GET /v1/receipts" ask={{ query: { format: 'csv' } }} label={t('receipts.csv')} />
          {!hasNone(list) && <ArchiveButton wish={{ kind: 'receipts', ...period }} />}
        </>
      }
    />
  );
}

function useColumns(): Column<Receipt>[] {
  const { t } = useTranslation('billing');
  return [
    { label: t('column.date'), show: (receipt) => instant(receipt.received_at) },
    { label: t('column.paidBy'), show: ({ provider }) => t(provider === 'bank' ? 'receipts.bank' : 'receipts.online') },
    {
      label: t('column.order'),
      show: ({ order, order_id: id }) =>
        order === null ? (
          '—'
        ) : (
          <Anchor component={Link} to={`/billing/orders/${id}`} inherit>
            {order}
          </Anchor>
        ),
    },
    { label: t('column.amount'), show: ({ amount, currency }) => money(amount, currency), isNumber: true },
    {
      label: t('column.file'),
      show: ({ payment_id: id, received_at: at }) => (
        <DownloadButton
          route="GET /v1/receipts/{id}/pdf"
          ask={{ params: { id } }}
          label={t('document.pdf')}
          describe={t('receipts.pdfOf', { when: instant(at) })}
        />
      ),
      isAct: true,
    },
  ];
}
