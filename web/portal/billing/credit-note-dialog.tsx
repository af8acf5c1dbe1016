import { Anchor, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';
import { DownloadButton } from '#web/ui/download-button.tsx';
import { day, money } from '#web/ui/format.ts';
import { DocumentDialog, Facts } from './document-dialog.tsx';

/** One credit note: how much, why, and which invoice it corrects. */
export function CreditNoteDialog({ id, onClose }: { id: number | null; onClose: () => void }) {
  const { t } = useTranslation('billing');
  const asked = useQuery({ ...ask('GET /v1/credit-notes/{id}', { params: { id: id ?? 0 } }), enabled: id !== null });
  const note = asked.isPlaceholderData ? undefined : asked.data;
  return (
    <DocumentDialog
      isOpen={id !== null}
      onClose={onClose}
      title={t('creditNote.title', { number: note?.number ?? '' })}
      error={asked.error}
      onRetry={() => void asked.refetch()}
    >
      {note && (
        <>
          <Facts
            facts={[
              [t('column.issued'), day(note.issued_on)],
              [
                t('column.corrects'),
                <Anchor
                  key="invoice"
                  component={Link}
                  to="/billing/documents"
                  hash={`invoice-${note.invoice_id}`}
                  inherit
                >
                  {note.invoice}
                </Anchor>,
              ],
              [t('creditNote.reason'), note.reason],
              [t('column.net'), money(note.net, note.currency)],
              [t('column.vat'), money(note.vat, note.currency)],
              [t('column.gross'), <b key="gross">{money(note.gross, note.currency)}</b>],
            ]}
          />
          <Group>
            <DownloadButton
              route="GET /v1/credit-notes/{id}/pdf"
              ask={{ params: { id: note.credit_note_id } }}
              label={t('document.download')}
            />
          </Group>
        </>
      )}
    </DocumentDialog>
  );
}
