import { useMediaQuery } from '@mantine/hooks';
import type { Mailbox } from '#web/api/types.ts';
import { MailboxCards } from './mailbox-cards.tsx';
import { MailboxTable } from './mailbox-table.tsx';
import type { Mode } from './mode-choice.tsx';
import type { MailboxSort } from './search.ts';
import type { SelectionState } from './use-selection.ts';

export type ListProps = {
  mailboxes: readonly Mailbox[];
  selection: SelectionState;
  sort: MailboxSort;
  onSort: (sort: MailboxSort) => void;
  /** Null where the person may not. */
  onChange: ((mailbox: Mailbox, mode: Mode | 'previous') => void) | null;
  onBuyBack: ((mailbox: Mailbox) => void) | null;
};

/** The mailboxes as a table, or as cards where a table would not fit. */
export function MailboxList(props: ListProps) {
  const isNarrow = useMediaQuery('(max-width: 62em)', undefined, { getInitialValueInEffect: false });
  return isNarrow ? <MailboxCards {...props} /> : <MailboxTable {...props} />;
}
