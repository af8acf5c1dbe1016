import { Anchor, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askPages } from '#web/api/pages.ts';
import type { Api } from '#web/api/types.ts';
import type { Column } from '#web/ui/data-table.tsx';
import { DownloadButton } from '#web/ui/download-button.tsx';
import { money, shortDay } from '#web/ui/format.ts';
import { ArchiveButton } from './archive-button.tsx';
import { DocumentList, hasNone } from './document-list.tsx';
import { InvoiceBadge } from './invoice-badge.tsx';
import { type Period, PeriodFilter } from './period-filter.tsx';

type Invoice = Api['GET /v1/invoices']['answer']['items'][number];
type State = Invoice['state'];
const states: readonly State[] = ['open', 'settled', 'written_off'];

/** The invoices, by day of issue and by whether they are paid. */
export function Invoices() {
  const { t } = useTranslation('billing');
  const [state, setState] = useState<State | ''>('');
  const [period, setPeriod] = useState<Period>({});
  const list = useInfiniteQuery(askPages('GET /v1/invoices', { limit: 25, ...period, ...(state && { state }) }));
  const isFiltered = state !== '' || Object.keys(period).length > 0;
  return (
    <DocumentList
      caption={t('documents.invoices')}
      list={list}
      columns={useColumns()}
      keyOf={(invoice) => invoice.invoice_id}
      empty={t(isFiltered ? 'documents.noneSuch' : 'invoices.empty')}
      filters={
        <>
          <NativeSelect
            label={t('column.state')}
            value={state}
            data={[
              { value: '', label: t('filter.all') },
              ...states.map((each) => ({ value: each, label: t(`invoices.state.${each}`) })),
            ]}
            onChange={(event) => setState(event.currentTarget.value as State | '')}
          />
          <PeriodFilter period={period} onPeriod={setPeriod} />
        </>
      }
      download={
        <>
          <DownloadButton route="GET /v1/invoices" ask={{ query: { format: 'csv' } }} label={t('invoices.csv')} />
          {!hasNone(list) && <ArchiveButton wish={{ kind: 'invoices', ...period, ...(state && { state }) }} />}
        </>
      }
    />
  );
}

function useColumns(): Column<Invoice>[] {
  const { t } = useTranslation('billing');
  return [
    {
      label: t('column.number'),
      show: ({ invoice_id: id, number }) => (
        <Anchor component={Link} to="/billing/documents" hash={`invoice-${id}`} inherit>
          {number}
        </Anchor>
      ),
    },
    { label: t('column.issued'), show: (invoice) => shortDay(invoice.issued_on) },
    { label: t('column.state'), show: (invoice) => <InvoiceBadge state={invoice.state} /> },
    { label: t('column.gross'), show: ({ gross, currency }) => money(gross, currency), isNumber: true },
    {
      label: t('column.due'),
      show: ({ due, currency }) => (due > 0 ? <b>{money(due, currency)}</b> : money(0, currency)),
      isNumber: true,
    },
    {
      label: t('column.file'),
      show: ({ invoice_id: id, number }) => (
        <DownloadButton
          route="GET /v1/invoices/{id}/pdf"
          ask={{ params: { id } }}
          label={t('document.pdf')}
          describe={t('document.pdfOf', { number })}
        />
      ),
      isAct: true,
    },
  ];
}
