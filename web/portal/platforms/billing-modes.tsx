import { Box, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import type { Mailbox, Platform } from '#web/api/types.ts';
import { count } from '#web/ui/format.ts';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { told } from '#web/ui/told.ts';
import { BuyBackDialog } from './buy-back-dialog.tsx';
import { Filters } from './filters.tsx';
import { LastChange } from './last-change.tsx';
import { MailboxList } from './mailbox-list.tsx';
import { ModeDialog } from './mode-dialog.tsx';
import { NoMailboxes } from './no-mailboxes.tsx';
import { filterOf, type MailboxSearch, readMailboxSearch } from './search.ts';
import { SelectionBar } from './selection-bar.tsx';
import { type MailboxPages, pageSize, useMailboxes } from './use-mailboxes.ts';
import { groupsOf, type ModeAnswer, sizeOf, type Wish } from './use-mode-acts.ts';
import { isNothing, useSelection } from './use-selection.ts';

/** *Modalità di fatturazione*: every mailbox with its mode and what happens next; one is changed in its row, many at once. */
export function BillingModes({ platform }: { platform: Platform }) {
  const { t } = useTranslation('platforms');
  const [search, setSearch] = useMailboxSearch();
  const pages = useMailboxes(platform.platform_id, search);
  const filter = filterOf(platform.platform_id, search);
  const selection = useSelection(JSON.stringify(filter));
  const [wish, setWish] = useState<Wish | null>(null);
  const [backs, setBacks] = useState<readonly Mailbox[]>([]);
  const [last, setLast] = useState<readonly ModeAnswer[]>([]);
  const mayChange = useMay('mailboxes:write') && platform.state === 'open';
  const mayPay = useMay('money:write') && mayChange;
  const { data: plans } = useQuery(ask('GET /v1/plans', {}));
  const mailboxes = pages.page.data?.items;
  const currency = mailboxes?.[0]?.currency ?? plans?.items[0]?.currency ?? 'EUR';
  const tellUndone = (answers: readonly ModeAnswer[]) => {
    setLast([]);
    if (answers.length === 0) return;
    const changed = sizeOf(groupsOf(answers, 'changed'));
    told(t('undone', { count: changed }));
  };
  return (
    <>
      <Filters product={platform.product.code} search={search} onSearch={setSearch} />
      {pages.page.isError && <ProblemNotice error={pages.page.error} onRetry={() => void pages.page.refetch()} />}
      {!mailboxes && !pages.page.isError && <RowsOutline />}
      {mailboxes?.length === 0 && <NoMailboxes platform={platform} search={search} onClear={() => setSearch(none)} />}
      {mailboxes && mailboxes.length > 0 && (
        <Box opacity={pages.page.isPlaceholderData ? 0.5 : 1} aria-busy={pages.page.isPlaceholderData}>
          <MailboxList
            mailboxes={mailboxes}
            selection={selection}
            sort={search.sort ?? 'address'}
            onSort={(sort) => setSearch({ sort })}
            onChange={
              mayChange
                ? ({ mailbox_id }, mode) => setWish({ target: { mailbox_ids: [mailbox_id] }, mode, count: 1 })
                : null
            }
            onBuyBack={mayPay ? (mailbox) => setBacks([mailbox]) : null}
          />
          <Pages pages={pages} />
        </Box>
      )}
      <SelectionBar
        {...{ selection, filter, mayPay, pageLength: mailboxes?.length ?? 0 }}
        total={pages.total}
        onWish={setWish}
        onBuyBack={setBacks}
      />
      <LastChange
        answers={isNothing(selection.selection) ? last : []}
        onUndone={tellUndone}
        onClose={() => setLast([])}
      />
      <ModeDialog
        wish={wish}
        currency={currency}
        onUndone={tellUndone}
        onClose={(answers) => {
          setWish(null);
          if (answers.length === 0) return;
          setLast(answers);
          selection.clear();
        }}
      />
      <BuyBackDialog
        mailboxes={backs}
        onClose={() => {
          setBacks([]);
          selection.clear();
        }}
      />
    </>
  );
}

const none = { text: '', mode: '', state: '', plan: '' };

/** The filter as it stands in the address. */
function useMailboxSearch() {
  const search = readMailboxSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const change = (change: { [K in keyof MailboxSearch]?: string }) =>
    void navigate({
      to: '.',
      search: readMailboxSearch({ ...search, ...change }) as never,
      replace: 'text' in change,
      resetScroll: false,
    });
  return [search, change] as const;
}

function Pages({ pages }: { pages: MailboxPages }) {
  const { t } = useTranslation('platforms');
  const shown = pages.page.data?.items.length ?? 0;
  const facts = { from: count(pages.from), to: count(pages.from + shown - 1), total: count(pages.total ?? shown) };
  return (
    <Group justify="space-between" mt="sm" mb="xl">
      <Text size="sm" c="dimmed" role="status">
        {t('pages.shown', facts)}
      </Text>
      {(pages.goBack || pages.goOn) && (
        <Group gap="xs" component="nav" aria-label={t('pages.label')}>
          <Button variant="default" size="xs" disabled={!pages.goBack} onClick={() => pages.goBack?.()}>
            {t('pages.back', { count: pageSize })}
          </Button>
          <Button variant="default" size="xs" disabled={!pages.goOn} onClick={() => pages.goOn?.()}>
            {t('pages.on', { count: pageSize })}
          </Button>
        </Group>
      )}
    </Group>
  );
}

function RowsOutline() {
  const { t } = useTranslation();
  return (
    <Stack role="status" aria-label={t('loading')} gap="xs">
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <Skeleton key={row} h={44} />
      ))}
    </Stack>
  );
}
