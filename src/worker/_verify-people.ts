import { sql } from 'kysely';
import type { Moment } from '#kit/clock.ts';
import type { Check } from '#worker/_check.ts';

/** What is true of letters, events and of what is under way (P8, P9, R34). */
export function peopleChecks(moment: Moment): readonly Check[] {
  return [...letterChecks, ...eventChecks, ...restChecks(moment)];
}

const letterChecks: readonly Check[] = [
  {
    name: 'letters_once_per_step',
    sentence: 'Nobody got two letters about the same step (R34).',
    examined: sql`letters`,
    violations: sql`
      select customer_id, format('%s letters to %s about %s', count(*), recipient, step) as what
        from letters group by customer_id, step, recipient having count(*) > 1`,
  },
  {
    name: 'no_debt_letter_after_payment',
    sentence: 'No letter about a debt was written after the debt was closed (R34).',
    examined: sql`(select 1 from letters where invoice_id is not null) l`,
    violations: sql`
      select l.customer_id, format('%s written at %s about a debt closed at %s', l.kind, l.written_at, d.closed_at) as what
        from letters l
        join debts d on d.customer_id = l.customer_id and d.invoice_id = l.invoice_id
       where l.kind in ('debt', 'reminder') and l.written_at > d.closed_at`,
  },
];

const eventChecks: readonly Check[] = [
  {
    name: 'invoices_have_their_event',
    sentence: 'Every invoice is told by one event, and every such event tells of an invoice (P8).',
    examined: sql`invoices`,
    violations: sql`
      select coalesce(i.customer_id, e.customer_id) as customer_id,
             format('invoice %s is told %s times', coalesce(i.number, e.invoice_id::text), coalesce(e.count, 0)) as what
        from invoices i
        full join (select customer_id, (data->>'invoice_id')::bigint as invoice_id, count(*) as count
                     from events where type = 'invoices.issued' group by 1, 2) e
               on e.customer_id = i.customer_id and e.invoice_id = i.invoice_id
       where i.invoice_id is null or e.count is distinct from 1`,
  },
  {
    name: 'states_have_their_event',
    sentence: 'Every suspended or ended mailbox is so by an event of a known actor (P8).',
    examined: sql`(select 1 from mailboxes where state <> 'active') m`,
    violations: sql`
      select m.customer_id, format('%s is %s without an event', m.address, m.state) as what
        from mailboxes m
        left join (select distinct e.customer_id, x::bigint as mailbox_id, split_part(e.type, '.', 2) as state
                     from events e cross join lateral jsonb_array_elements_text(e.data->'mailbox_ids') x
                    where e.type in ('mailboxes.suspended', 'mailboxes.ended') and e.actor <> '') told
               on told.customer_id = m.customer_id and told.mailbox_id = m.mailbox_id and told.state = m.state
       where m.state <> 'active' and told.mailbox_id is null`,
  },
];

/** What should be under way no longer, once the business day is over; before that it is simply still to be done. */
function restChecks({ at, on }: Moment): Check[] {
  const atRest = sql`exists (select from runs where business_on = ${on}::date and state = 'done')`;
  return [
    {
      name: 'no_consequence_left_behind',
      sentence:
        'When the business day is over, nothing that happened still waits for its consequences, unless its customer is set aside.',
      examined: sql`reactions`,
      violations: sql`
        select r.customer_id, format('%s of %s waits since %s', e.type, r.event_id, e.at) as what
          from reactions r
          join events e on e.customer_id = r.customer_id and e.event_id = r.event_id
          join accounts a on a.customer_id = r.customer_id
         where ${atRest} and not a.parked and e.at < ${at}::timestamptz - interval '1 hour'`,
    },
    {
      name: 'no_letter_left_behind',
      sentence: 'When the business day is over, no letter has waited for more than 72 hours (P9).',
      examined: sql`(select 1 from letters where state = 'written') l`,
      violations: sql`
        select customer_id, format('%s written at %s: %s', step, written_at, failure) as what
          from letters where ${atRest} and state = 'written' and written_at < ${at}::timestamptz - interval '72 hours'`,
    },
    {
      name: 'mail_platforms_follow',
      sentence: 'When the business day is over, every mailbox is on the mail platform what it is here.',
      examined: sql`mailboxes`,
      violations: sql`
        select customer_id, format('%s: version %s of %s since %s', address, applied_version, wanted_version, provision_after) as what
          from mailboxes
         where ${atRest} and applied_version < wanted_version and not parked
           and provision_after < ${at}::timestamptz - interval '24 hours'`,
    },
    {
      name: 'no_lease_left_behind',
      sentence: 'No charge, letter or refund is held by a lease for longer than a day to come.',
      examined: sql`(select next_check_at from charges where next_check_at is not null union all
                     select send_after from letters where send_after is not null union all
                     select next_check_at from refunds where next_check_at is not null) held`,
      violations: sql`
        select customer_id, format('charge %s is next looked at on %s', charge_id, next_check_at) as what
          from charges where next_check_at > ${at}::timestamptz + interval '25 hours'
         union all
        select customer_id, format('letter %s is next tried on %s', letter_id, send_after)
          from letters where send_after > ${at}::timestamptz + interval '25 hours'
         union all
        select customer_id, format('refund %s is next tried on %s', refund_id, next_check_at)
          from refunds where next_check_at > ${at}::timestamptz + interval '25 hours'`,
    },
  ];
}
