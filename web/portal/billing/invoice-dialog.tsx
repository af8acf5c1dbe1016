import { Anchor, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Answer } from '#web/api/client.ts';
import { ask } from '#web/api/queries.ts';
import { DataTable } from '#web/ui/data-table.tsx';
import { DownloadButton } from '#web/ui/download-button.tsx';
import { day, deadline, money, rate, shortDay } from '#web/ui/format.ts';
import { DocumentDialog, Facts } from './document-dialog.tsx';
import { InvoiceBadge } from './invoice-badge.tsx';

type Invoice = Answer<'GET /v1/invoices/{id}'>;

/** One invoice with its lines: which mailbox, which term, how much. */
export function InvoiceDialog({ id, onClose }: { id: number | null; onClose: () => void }) {
  const { t } = useTranslation('billing');
  const asked = useQuery({ ...ask('GET /v1/invoices/{id}', { params: { id: id ?? 0 } }), enabled: id !== null });
  const invoice = asked.isPlaceholderData ? undefined : asked.data;
  return (
    <DocumentDialog
      isOpen={id !== null}
      onClose={onClose}
      title={t('invoice.title', { number: invoice?.number ?? '' })}
      error={asked.error}
      onRetry={() => void asked.refetch()}
    >
      {invoice && <Content invoice={invoice} />}
    </DocumentDialog>
  );
}

function Content({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation('billing');
  const { t: common } = useTranslation();
  const { currency, invoice_id: id } = invoice;
  const isOpen = invoice.state === 'open';
  return (
    <>
      <Facts
        facts={[
          [t('column.state'), <InvoiceBadge key="state" state={invoice.state} />],
          [t('column.issued'), day(invoice.issued_on)],
          [t('column.net'), money(invoice.net, currency)],
          [t('order.vat', { rate: rate(invoice.vat_rate_bp) }), money(invoice.vat, currency)],
          [t('column.gross'), <b key="gross">{money(invoice.gross, currency)}</b>],
          ...(invoice.vat_note ? [[t('invoice.note'), invoice.vat_note] as const] : []),
          ...(isOpen
            ? ([
                [t('column.due'), money(invoice.due, currency)],
                [t('invoice.deadline'), deadline(invoice.deadline_at)],
              ] as const)
            : []),
          ...(invoice.order_id === null
            ? []
            : [
                [
                  t('column.order'),
                  <Anchor key="order" component={Link} to={`/billing/orders/${invoice.order_id}`} inherit>
                    {t('invoice.order')}
                  </Anchor>,
                ] as const,
              ]),
        ]}
      />
      <DataTable
        caption={t('invoice.lines')}
        rows={invoice.lines}
        keyOf={(line) => line.line_no}
        columns={[
          { label: t('column.address'), show: (line) => line.address },
          { label: t('column.platform'), show: (line) => line.platform },
          { label: t('column.mode'), show: (line) => common(`mode.${line.mode}`) },
          {
            label: t('column.term'),
            show: (line) => t('invoice.term', { from: shortDay(line.starts_on), until: shortDay(line.ends_on) }),
          },
          { label: t('column.net'), show: (line) => money(line.net, currency), isNumber: true },
        ]}
      />
      <Group>
        <DownloadButton route="GET /v1/invoices/{id}/pdf" ask={{ params: { id } }} label={t('document.download')} />
      </Group>
    </>
  );
}
