import { Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';
import { PageTitle } from '#web/ui/page-title.tsx';
import { CreditNoteDialog } from './credit-note-dialog.tsx';
import { CreditNotes } from './credit-notes.tsx';
import { InvoiceDialog } from './invoice-dialog.tsx';
import { Invoices } from './invoices.tsx';
import { PayOpen } from './pay-open.tsx';
import { Receipts } from './receipts.tsx';

const lists = { invoices: Invoices, creditNotes: CreditNotes, receipts: Receipts } as const;
type List = keyof typeof lists;

/** Invoices, credit notes and receipts. The address says which one is open: letters lead to `#invoice-17`. */
export default function Documents() {
  const { t } = useTranslation('billing');
  const { data: account } = useQuery(ask('GET /v1/account', {}));
  const hash = useRouterState({ select: (state) => state.location.hash });
  const navigate = useNavigate();
  const [, kind, number] = /^(invoice|credit-note)-(\d+)$/.exec(hash) ?? [];
  const [list, setList] = useState<List>(kind === 'credit-note' ? 'creditNotes' : 'invoices');
  const close = () => void navigate({ to: '/billing/documents', hash: '', replace: true });
  return (
    <>
      <PageTitle>{t('documents.title')}</PageTitle>
      <Stack gap="md">
        {account && <PayOpen account={account} />}
        <Tabs value={list} onChange={(value) => setList(value as List)} keepMounted={false}>
          <Tabs.List mb="md">
            {(Object.keys(lists) as List[]).map((name) => (
              <Tabs.Tab key={name} value={name}>
                {t(`documents.${name}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {(Object.keys(lists) as List[]).map((name) => {
            const Panel = lists[name];
            return (
              <Tabs.Panel key={name} value={name}>
                <Panel />
              </Tabs.Panel>
            );
          })}
        </Tabs>
      </Stack>
      <InvoiceDialog id={kind === 'invoice' ? Number(number) : null} onClose={close} />
      <CreditNoteDialog id={kind === 'credit-note' ? Number(number) : null} onClose={close} />
    </>
  );
}
