import { Anchor } from '@mantine/core';
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
import { type Period, PeriodFilter } from './period-filter.tsx';

type Note = Api['GET /v1/credit-notes']['answer']['items'][number];

/** The credit notes, each with the invoice it corrects. */
export function CreditNotes() {
  const { t } = useTranslation('billing');
  const [period, setPeriod] = useState<Period>({});
  const list = useInfiniteQuery(askPages('GET /v1/credit-notes', { limit: 25, ...period }));
  return (
    <DocumentList
      caption={t('documents.creditNotes')}
      list={list}
      columns={useColumns()}
      keyOf={(note) => note.credit_note_id}
      empty={t(Object.keys(period).length > 0 ? 'documents.noneSuch' : 'creditNotes.empty')}
      filters={<PeriodFilter period={period} onPeriod={setPeriod} />}
      download={
        <>
          <DownloadButton
            route="GET /v1/credit-notes"
            ask={{ query: { format: 'csv' } }}
            label={t('creditNotes.csv')}
          />
          {!hasNone(list) && <ArchiveButton wish={{ kind: 'credit-notes', ...period }} />}
        </>
      }
    />
  );
}

function useColumns(): Column<Note>[] {
  const { t } = useTranslation('billing');
  return [
    {
      label: t('column.number'),
      show: ({ credit_note_id: id, number }) => (
        <Anchor component={Link} to="/billing/documents" hash={`credit-note-${id}`} inherit>
          {number}
        </Anchor>
      ),
    },
    { label: t('column.issued'), show: (note) => shortDay(note.issued_on) },
    {
      label: t('column.corrects'),
      show: ({ invoice, invoice_id: id }) => (
        <Anchor component={Link} to="/billing/documents" hash={`invoice-${id}`} inherit>
          {invoice}
        </Anchor>
      ),
    },
    { label: t('column.gross'), show: ({ gross, currency }) => money(gross, currency), isNumber: true },
    {
      label: t('column.file'),
      show: ({ credit_note_id: id, number }) => (
        <DownloadButton
          route="GET /v1/credit-notes/{id}/pdf"
          ask={{ params: { id } }}
          label={t('document.pdf')}
          describe={t('document.pdfOf', { number })}
        />
      ),
      isAct: true,
    },
  ];
}
