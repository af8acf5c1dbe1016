import { useState } from 'react';
import type { Mailbox } from '#web/api/types.ts';

/** What is chosen: some mailboxes, over several pages if need be, or all that the filter means, which only the server counts. */
export type Selection = { all: false; chosen: ReadonlyMap<number, Mailbox> } | { all: true };

const nothing: Selection = { all: false, chosen: new Map() };

/** Whether nothing is chosen. */
export function isNothing(selection: Selection): boolean {
  return !selection.all && selection.chosen.size === 0;
}

/** `about`: the filter on the screen; all that match are not chosen any more when it means something else. */
export function useSelection(about: string) {
  const [kept, setKept] = useState<{ about: string; selection: Selection }>({ about, selection: nothing });
  const selection = kept.selection.all && kept.about !== about ? nothing : kept.selection;
  const choose = (next: Selection) => setKept({ about, selection: next });
  const chosen = selection.all ? new Map<number, Mailbox>() : selection.chosen;
  return {
    selection,
    has: (mailbox: Mailbox) => selection.all || chosen.has(mailbox.mailbox_id),
    set: (mailboxes: readonly Mailbox[], isChosen: boolean) => {
      const next = new Map(chosen);
      for (const mailbox of mailboxes) {
        if (isChosen) next.set(mailbox.mailbox_id, mailbox);
        else next.delete(mailbox.mailbox_id);
      }
      choose({ all: false, chosen: next });
    },
    chooseAll: () => choose({ all: true }),
    clear: () => choose(nothing),
  };
}

export type SelectionState = ReturnType<typeof useSelection>;
