import { type Answer, call, scope } from '#web/api/client.ts';
import { useIntention } from '#web/api/intention.ts';
import { refresh } from '#web/api/queries.ts';
import { useAct } from '#web/portal/access/reauthenticate.tsx';
import type { Mode } from './mode-choice.tsx';
import type { MailboxFilter } from './search.ts';

/** What somebody wants of which mailboxes; `count` is how many they chose, null when only the server knows. */
export type Wish = {
  target: { mailbox_ids: readonly number[] } | { filter: MailboxFilter };
  mode: Mode | 'previous';
  count: number | null;
};

export type ModeAnswer = Answer<'POST /v1/mode-changes'>;
export type ModeGroup = ModeAnswer['groups'][number];
export type ModeResult = ModeAnswer['results'][number];

// Up to here every address comes with the answer; above, only those that were refused.
const itemised = 200;

/** A wish as the API takes it. */
function bodyOf({ target, mode, count }: Wish) {
  return { ...target, mode, results: count !== null && count <= itemised ? 'all' : 'refused' } as const;
}

/** What a wish would do, told by the server; nothing is changed. */
export function modePreview(wish: Wish) {
  const body = { ...bodyOf(wish), dry_run: true };
  return {
    queryKey: [scope.customer, 'preview of POST /v1/mode-changes', body],
    queryFn: ({ signal }: { signal: AbortSignal }) => call('POST /v1/mode-changes', { body }, { signal }),
    staleTime: 0,
    gcTime: 0,
  };
}

/** Changing modes, and taking a change back: each mailbox gets the mode it had. */
export function useModeActs() {
  const act = useAct();
  const intention = useIntention();
  const send = async (wish: Wish): Promise<ModeAnswer> => {
    const body = bodyOf(wish);
    const answer = await act('POST /v1/mode-changes', { body }, { idempotencyKey: intention.keyOf(body) });
    intention.done();
    return answer;
  };
  return {
    change: async (wish: Wish): Promise<ModeAnswer> => {
      const answer = await send(wish);
      void refresh();
      return answer;
    },
    undo: async (answers: readonly ModeAnswer[]): Promise<ModeAnswer[]> => {
      const undone: ModeAnswer[] = [];
      for (const wish of wishesBack(answers)) undone.push(await send(wish));
      void refresh();
      return undone;
    },
  };
}

/** All groups of an outcome over several answers. */
export function groupsOf(answers: readonly ModeAnswer[], outcome: ModeGroup['outcome']): ModeGroup[] {
  return answers.flatMap((answer) => answer.groups.filter((group) => group.outcome === outcome));
}

/** How many mailboxes some groups hold. */
export function sizeOf(groups: readonly ModeGroup[]): number {
  return groups.reduce((sum, group) => sum + group.mailbox_ids.length, 0);
}

function wishesBack(answers: readonly ModeAnswer[]): Wish[] {
  const changed = groupsOf(answers, 'changed');
  // What none replaced is known to the server, exactly.
  const byFormer = Map.groupBy(changed, ({ from, to }) => (to === 'none' ? 'previous' : (from ?? 'previous')));
  return [...byFormer].map(([mode, groups]) => {
    const mailbox_ids = groups.flatMap((group) => group.mailbox_ids);
    return { target: { mailbox_ids }, mode, count: null };
  });
}
