import { Box, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '#web/api/may.ts';
import { ask } from '#web/api/queries.ts';
import type { Mailbox, Platform } from '#web/api/types.ts';
import { withTexts } from '#web/i18n.ts';
import { count } from '#web/ui/format.ts';
import { later, useEverWanted } from '#web/ui/later.tsx';
import { ProblemNotice } from '#web/ui/problem.tsx';
import { Filters } from './filters.tsx';
import { LastChange } from './last-change.tsx';
import { MailboxList } from './mailbox-list.tsx';
import { NoMailboxes } from './no-mailboxes.tsx';
import { filterOf, type MailboxSearch, readMailboxSearch } from './search.ts';
import { SelectionBar } from './selection-bar.tsx';
import { type MailboxPages, pageSize, useMailboxes } from './use-mailboxes.ts';
import { groupsOf, type ModeAnswer, sizeOf, type Wish } from './use-mode-acts.ts';
import { isNothing, useSelection } from './use-selection.ts';

const BuyBackDialog = later(() => withTexts(import('./buy-back-dialog.tsx'), 'pay'), 'BuyBackDialog');
const ModeDialog = later(() => import('./mode-dialog.tsx'), 'ModeDialog');

/** Where the list begins, for who turns its pages. */
export const listHeading = 'billing-modes';

/** *Modalità di fatturazione*: every mailbox with its mode and what happens next; one is changed in its row, many at once. */
export function BillingModes({ platform }: { platform: Platform }) {
  const { t } = useTranslation('platforms');
  const [search, setSearch] = useMailboxSearch();
  const pages = useMailboxes(platform.platform_id, search);
  const filter = filterOf(platform.platform_id, search);
  const selection = useSelection(JSON.stringify(filter));
  const [wish, setWish] = useState<Wish | null>(null);
  const [backs, setBacks] = useState<readonly Mailbox[]>([]);
  const isChanging = useEverWanted(wish !== null);
  const isBuyingBack = useEverWanted(backs.length > 0);
  const [last, setLast] = useState<readonly ModeAnswer[]>([]);
  const [said, setSaid] = useState('');
  const mayChange = useMay('mailboxes:write') && platform.state === 'open' && platform.terminated_at === null;
  const mayPay = useMay('money:write') && mayChange;
  const { data: plans } = useQuery(ask('GET /v1/plans', {}));
  const mailboxes = pages.page.data?.items;
  const currency = mailboxes?.[0]?.currency ?? plans?.items[0]?.currency ?? 'EUR';
  const tellUndone = (answers: readonly ModeAnswer[]) => {
    setLast([]);
    selection.clear();
    setSaid(t('undone', { count: sizeOf(groupsOf(answers, 'changed')) }));
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
        </Box>
      )}
      {mailboxes && mailboxes.length > 0 && <Pages pages={pages} />}
      <SelectionBar
        {...{ selection, filter, mayPay, pageLength: mailboxes?.length ?? 0 }}
        total={pages.total}
        onWish={setWish}
        onBuyBack={setBacks}
      />
      <LastChange
        answers={isNothing(selection.selection) ? last : []}
        said={isNothing(selection.selection) ? said : ''}
        onUndone={tellUndone}
        onClose={() => {
          setLast([]);
          setSaid('');
        }}
      />
      {isChanging && (
        <ModeDialog
          wish={wish}
          currency={currency}
          onUndone={tellUndone}
          onClose={(answers) => {
            setWish(null);
            if (answers.length === 0) return;
            setLast(answers);
            setSaid('');
            selection.clear();
          }}
        />
      )}
      {isBuyingBack && (
        <BuyBackDialog
          mailboxes={backs}
          onClose={(isPlaced) => {
            setBacks([]);
            if (!isPlaced) return;
            selection.clear();
            // After the dialog has given the focus back to a button that may be gone with the selection.
            setTimeout(() => document.activeElement === document.body && toList(), 100);
          }}
        />
      )}
    </>
  );
}

const none = { text: '', mode: '', state: '', plan: '' };

function toList(): void {
  document.getElementById(listHeading)?.focus();
}

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
  const { t: common } = useTranslation();
  const { goBack, goOn } = pages;
  const shown = pages.page.data?.items.length ?? 0;
  const turn = (go: () => void) => {
    go();
    toList();
  };
  const facts = { from: count(pages.from), to: count(pages.from + shown - 1), total: count(pages.total ?? shown) };
  return (
    <Group justify="space-between" mt="sm" mb="xl">
      <Text size="sm" c="dimmed" role="status">
        {pages.page.isPlaceholderData ? common('loading') : t('pages.shown', facts)}
      </Text>
      {(goBack || goOn || pages.page.isPlaceholderData) && (
        <Group gap="xs" component="nav" aria-label={t('pages.label')}>
          <Button variant="default" size="xs" disabled={!goBack} onClick={() => goBack && turn(goBack)}>
            {t('pages.back', { count: pageSize })}
          </Button>
          <Button variant="default" size="xs" disabled={!goOn} onClick={() => goOn && turn(goOn)}>
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
