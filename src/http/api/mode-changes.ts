import Type from 'typebox';
import { changeModes, type ModeResult } from '#domain/platforms/change-modes.ts';
import { modeRefusals } from '#domain/platforms/decide-mode.ts';
import { change, customerOf } from '#http/act.ts';
import { matchingMailboxIds } from '#http/api/_mailboxes.ts';
import { MailboxFilterSchema } from '#http/api/mailboxes.ts';
import type { App } from '#http/context.ts';
import { refuseRequest } from '#http/problems.ts';
import { Amount, Day, DryRun, Id, Maybe, Strict, Word } from '#http/schemas.ts';

const Mode = Word('monthly', 'yearly', 'none');
const Result = Type.Object({
  mailbox_id: Id,
  address: Type.String(),
  outcome: Word('changed', 'unchanged', 'refused', 'unknown'),
  code: Maybe(Type.String()),
  detail: Maybe(Type.String()),
  from: Maybe(Mode),
  to: Maybe(Mode),
  effective_on: Maybe(Day),
  kept_until: Maybe(Day),
  old_net: Maybe(Amount),
  new_net: Maybe(Amount),
});
const Group = Type.Object({
  outcome: Result.properties.outcome,
  code: Maybe(Type.String()),
  from: Maybe(Mode),
  to: Maybe(Mode),
  effective_on: Maybe(Day),
  kept_until: Maybe(Day),
  old_net: Amount,
  new_net: Amount,
  mailbox_ids: Type.Array(Id),
});
const Answer = Type.Object({
  counts: Type.Record(Type.String(), Type.Integer()),
  groups: Type.Array(Group),
  results: Type.Array(Result),
});

/** Monthly, yearly, none: for one mailbox, for a selection, or for all that match (R19–R21). */
export function modeChangeRoutes(app: App): void {
  postModeChanges(app);
}

function postModeChanges(app: App): void {
  app.post(
    '/v1/mode-changes',
    {
      config: { access: { customer: 'mailboxes:write' } },
      schema: {
        summary: 'Change the mode of mailboxes',
        description:
          'Name them by `mailbox_ids`, or by `filter`, which means all that match at that moment. No order and no ' +
          'invoice: each change applies at its mailbox’s own expiry. `previous` takes a none back. The answer has one ' +
          'result per mailbox, also when some are refused; `old_net` and `new_net` are of the term that begins on ' +
          '`effective_on`. `groups` are the mailboxes to which the same happens on the same day, with the sums of their ' +
          'amounts; `results: refused` leaves out the results of all others, for selections of thousands.',
        body: Strict({
          mailbox_ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 100_000, uniqueItems: true })),
          filter: Type.Optional(Strict(MailboxFilterSchema)),
          mode: Word('monthly', 'yearly', 'none', 'previous'),
          results: Type.Optional(Word('all', 'refused')),
          dry_run: DryRun,
        }),
        response: { 201: Answer, 200: Answer },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const customerId = customerOf(request);
        const { mailbox_ids, filter, mode: wanted } = request.body;
        if ((mailbox_ids === undefined) === (filter === undefined)) {
          const rule = 'either these ids or a filter';
          throw refuseRequest('invalid_input', { fields: [{ name: 'mailbox_ids', rule }] });
        }
        const mailboxIds = mailbox_ids?.map(BigInt) ?? (await matchingMailboxIds(tx, customerId, filter ?? {}));
        // A preview of thousands decides them all, and does not write them only to be undone.
        const dryRun = request.body.dry_run === true;
        const results = await changeModes(tx, act, { customerId, mailboxIds, wanted, dryRun });
        const lines = results.map(lineOf);
        const counted = Object.entries(Object.groupBy(lines, (line) => line.outcome));
        return {
          counts: Object.fromEntries(counted.map(([outcome, found]) => [outcome, found?.length ?? 0])),
          groups: groupsOf(lines),
          results: request.body.results === 'refused' ? lines.filter(isRefused) : lines,
        };
      }),
  );
}

function lineOf(result: ModeResult) {
  const { mailboxId: mailbox_id, address, outcome } = result;
  const none = { code: null, detail: null, from: null, to: null };
  const later = { effective_on: null, kept_until: null, old_net: null, new_net: null };
  if (result.outcome === 'unknown')
    return { ...none, ...later, mailbox_id, address, outcome, detail: 'There is no such mailbox.' };
  if (result.outcome === 'refused') {
    return { ...none, ...later, mailbox_id, address, outcome, code: result.code, detail: modeRefusals[result.code] };
  }
  const { from, to, effectiveOn: effective_on, keptUntil: kept_until, oldNet: old_net, newNet: new_net } = result;
  return { ...none, mailbox_id, address, outcome, from, to, effective_on, kept_until, old_net, new_net };
}

type Line = ReturnType<typeof lineOf>;

const isRefused = ({ outcome }: Line) => outcome === 'refused' || outcome === 'unknown';

// Soonest first, those to which nothing happens last.
function groupsOf(lines: readonly Line[]) {
  const alike = ({ effective_on, outcome, code, from, to }: Line) =>
    [effective_on ?? '~', outcome, code, from, to].join(' ');
  const grouped = [...Map.groupBy(lines, alike)].sort(([one], [other]) => (one < other ? -1 : 1));
  return grouped.map(([, group]) => {
    const { outcome, code, from, to, effective_on, kept_until } = group[0] as Line;
    const sum = (net: 'old_net' | 'new_net') => group.reduce((total, line) => total + (line[net] ?? 0n), 0n);
    const mailbox_ids = group.map((line) => line.mailbox_id);
    const amounts = { old_net: sum('old_net'), new_net: sum('new_net') };
    return { outcome, code, from, to, effective_on, kept_until, ...amounts, mailbox_ids };
  });
}
