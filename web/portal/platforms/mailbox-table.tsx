import { Checkbox, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { shortDay } from '#web/ui/format.ts';
import type { ListProps } from './mailbox-list.tsx';
import { ModeChoice } from './mode-choice.tsx';
import { Price, WhatNext } from './what-next.tsx';

/** One row for each mailbox of the page: what it is, how it is billed, and what happens next. */
export function MailboxTable({ mailboxes, selection, sort, onSort, onChange, onBuyBack }: ListProps) {
  const { t } = useTranslation('platforms');
  const isAll = selection.selection.all;
  const chosen = mailboxes.filter(selection.has).length;
  return (
    <Table.ScrollContainer minWidth={820} type="native">
      <Table verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {onChange && (
              <Table.Th w={40}>
                <Checkbox
                  aria-label={t('selectPage')}
                  checked={chosen > 0 && chosen === mailboxes.length}
                  indeterminate={chosen > 0 && chosen < mailboxes.length}
                  disabled={isAll}
                  onChange={(event) => selection.set(mailboxes, event.currentTarget.checked)}
                />
              </Table.Th>
            )}
            <SortHead column="address" {...{ sort, onSort }} />
            <Table.Th>{t('column.mode')}</Table.Th>
            <Table.Th>{t('column.price')}</Table.Th>
            <SortHead column="expires_on" {...{ sort, onSort }} />
            <Table.Th>{t('column.next')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {mailboxes.map((mailbox) => (
            <Table.Tr key={mailbox.mailbox_id} aria-selected={selection.has(mailbox)}>
              {onChange && (
                <Table.Td>
                  <Checkbox
                    aria-label={t('select', { address: mailbox.address })}
                    checked={selection.has(mailbox)}
                    disabled={isAll}
                    onChange={(event) => selection.set([mailbox], event.currentTarget.checked)}
                  />
                </Table.Td>
              )}
              <Table.Th scope="row" fw={400}>
                <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
                  {mailbox.address}
                </Text>
                <Text size="xs" c="dimmed">
                  {mailbox.plan_name}
                </Text>
              </Table.Th>
              <Table.Td>
                <ModeChoice mailbox={mailbox} onChange={onChange && ((mode) => onChange(mailbox, mode))} />
              </Table.Td>
              <Table.Td>
                <Price mailbox={mailbox} />
              </Table.Td>
              <Table.Td className="numbers">{shortDay(mailbox.expires_on)}</Table.Td>
              <Table.Td>
                <WhatNext
                  mailbox={mailbox}
                  onRevoke={onChange && (() => onChange(mailbox, 'previous'))}
                  onBuyBack={onBuyBack && (() => onBuyBack(mailbox))}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

type HeadProps = Pick<ListProps, 'sort' | 'onSort'> & { column: 'address' | 'expires_on' };

function SortHead({ column, sort, onSort }: HeadProps) {
  const { t } = useTranslation('platforms');
  const isUp = sort === column;
  const isDown = sort === `-${column}`;
  return (
    <Table.Th
      {...(column === 'address' && { w: '27%' })}
      aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}
    >
      <UnstyledButton fz="sm" fw={700} onClick={() => onSort(isUp ? `-${column}` : column)}>
        {t(`column.${column}`)}
        {isUp && <IconArrowUp size={14} aria-hidden />}
        {isDown && <IconArrowDown size={14} aria-hidden />}
      </UnstyledButton>
    </Table.Th>
  );
}
