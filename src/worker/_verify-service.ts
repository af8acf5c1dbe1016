import { sql } from 'kysely';
import type { Check } from '#worker/_check.ts';

/** What is true of terms, mailboxes and platforms (P5, P6, P15, R13–R15, R20–R22, R29). */
export const serviceChecks: readonly Check[] = [
  {
    name: 'terms_neither_overlap_nor_leave_a_hole',
    sentence: 'The terms of a mailbox never overlap, and each starts where the one before it ended.',
    examined: sql`terms`,
    violations: sql`
      select customer_id, format('mailbox %s: a term from %s after one to %s', mailbox_id, starts_on, before) as what
        from (select customer_id, mailbox_id, chain, starts_on, previous_ends_on,
                     lag(chain) over later as chain_before, lag(ends_on) over later as before
                from terms window later as (partition by customer_id, mailbox_id order by starts_on)) t
       where before > starts_on
          or (chain_before = chain and before <> starts_on)
          or (previous_ends_on is null) <> (chain_before is distinct from chain)`,
  },
  {
    name: 'mailboxes_expire_with_their_last_term',
    sentence: 'The expiry of a mailbox is the end of its last term.',
    examined: sql`mailboxes`,
    violations: sql`
      select m.customer_id, format('%s expires on %s, its last term ends on %s', m.address, m.expires_on, t.ends_on) as what
        from mailboxes m
        left join (select customer_id, mailbox_id, chain, max(ends_on) as ends_on from terms group by customer_id, mailbox_id, chain) t
               on t.customer_id = m.customer_id and t.mailbox_id = m.mailbox_id and t.chain = m.chain
       where t.ends_on is distinct from m.expires_on`,
  },
  {
    name: 'terms_counted_from_the_anchor',
    sentence:
      "Every renewal's term ends on the day of the month of its mailbox's anchor, or on the last day of a shorter month; from a 1st, on a 1st (R13, R17).",
    examined: sql`(${renewalTerms()}) t`,
    // A plan may once have been aligned to the 1st: the stub that ends on one is left out, and from there 1sts count.
    violations: sql`
      select customer_id, format('%s, anchored on %s: %s to %s', address, anchor_on, starts_on, ends_on) as what
        from (select t.*, (date_trunc('month', starts_on::timestamp) + case mode when 'yearly' then interval '12 months' else interval '1 month' end)::date as month
                from (${renewalTerms()}) t) t
       where case when extract(day from starts_on) = 1 then ends_on <> month
                  else extract(day from ends_on) <> 1
                   and ends_on <> least(month + extract(day from anchor_on)::int - 1, (month + interval '1 month')::date - 1) end`,
  },
  {
    name: 'terms_cost_the_price_in_force',
    sentence: 'Every renewal costs the price in force on the first day of its term (R15).',
    examined: sql`(${renewalTerms()}) t`,
    violations: sql`
      select t.customer_id, format('%s from %s: %s instead of %s', t.address, t.starts_on, t.net, p.net) as what
        from (${renewalTerms()}) t
        join (select plan_id, currency, mode, net, announced_at, valid_from,
                     coalesce(lead(valid_from) over (partition by plan_id, currency, mode order by valid_from), 'infinity') as valid_to
                from prices cross join lateral (values ('monthly', monthly), ('yearly', yearly)) as x(mode, net)) p
          on p.plan_id = t.plan_id and p.currency = t.currency and p.mode = t.mode and t.starts_on >= p.valid_from and t.starts_on < p.valid_to
       where p.net <> t.net and p.announced_at <= t.issued_at and extract(day from t.ends_on) <> 1`,
  },
  {
    name: 'nothing_after_none',
    sentence: 'No term starts once the mode none has taken effect (P5).',
    examined: sql`(select 1 from mailboxes where mode = 'none') m`,
    // The last change of a mailbox's mode counts; one that was bought back afterwards began a new chain.
    violations: sql`
      select t.customer_id, format('mailbox %s has a term from %s, but none since %s', t.mailbox_id, t.starts_on, n.effective_on) as what
        from (select distinct on (customer_id, mailbox_id) customer_id, mailbox_id, at, wanted, effective_on
                from (select e.customer_id, e.event_id, e.at, (x->>'mailbox_id')::bigint as mailbox_id, x->>'to' as wanted,
                             (x->>'effective_on')::date as effective_on
                        from events e cross join lateral jsonb_array_elements(e.data->'changes') x
                       where e.type = 'mailboxes.modes_changed') changes
               order by customer_id, mailbox_id, event_id desc) n
        join terms t on t.customer_id = n.customer_id and t.mailbox_id = n.mailbox_id
        join invoices i on i.customer_id = t.customer_id and i.invoice_id = t.invoice_id
        join terms h on h.customer_id = t.customer_id and h.mailbox_id = t.mailbox_id and h.chain = t.chain and h.previous_ends_on is null
       where n.wanted = 'none' and t.starts_on >= n.effective_on and h.starts_on < n.effective_on and i.issued_at > n.at`,
  },
  {
    name: 'nothing_after_termination',
    sentence: 'No mailbox of a terminated platform is renewed, and none that has ended (P5, R22).',
    examined: sql`(select 1 from platforms where terminated_at is not null union all select 1 from mailboxes where state = 'ended') m`,
    violations: sql`
      select t.customer_id, format('%s has a term from %s, invoiced at %s', m.address, t.starts_on, i.issued_at) as what
        from mailboxes m
        join platforms f on f.customer_id = m.customer_id and f.platform_id = m.platform_id
        join terms t on t.customer_id = m.customer_id and t.mailbox_id = m.mailbox_id and t.previous_ends_on is not null
        join invoices i on i.customer_id = t.customer_id and i.invoice_id = t.invoice_id
       where i.issued_at > f.terminated_at or i.issued_at > m.ended_at`,
  },
  {
    name: 'addresses_live_once',
    sentence: 'An address has one live mailbox at most, at whichever customer, and is taken just as long.',
    examined: sql`taken_addresses`,
    // A domain that is not ASCII is taken in ASCII, which the database cannot spell.
    violations: sql`
      select null::bigint as customer_id, format('%s has %s live mailboxes', address, count(*)) as what
        from (select lower(address) as address from mailboxes where state <> 'ended') m group by address having count(*) > 1
      union all
      select m.customer_id, format('%s is not taken', m.address)
        from mailboxes m left join taken_addresses t on t.address = lower(m.address)
       where m.state <> 'ended' and t.address is null and length(m.address) = octet_length(m.address)
      union all
      select null, format('%s is taken by nobody', t.address)
        from taken_addresses t left join mailboxes m on lower(m.address) = t.address and m.state <> 'ended'
       where m.mailbox_id is null and position('xn--' in t.address) = 0`,
  },
  {
    name: 'suspended_not_before_the_deadline',
    sentence: 'No debt has suspended its mailboxes before its deadline (R29, P6).',
    examined: sql`(select 1 from debts where suspended_at is not null) d`,
    violations: sql`
      select customer_id, format('invoice %s: deadline %s, suspended at %s', invoice_id, deadline_at, suspended_at) as what
        from debts where suspended_at < deadline_at`,
  },
  {
    name: 'suspended_only_while_owed',
    sentence:
      'A mailbox is suspended for debt only while a debt past its deadline is open; payment has lifted it (R29).',
    examined: sql`(select 1 from mailboxes where suspended_for = 'debt') m`,
    violations: sql`
      select m.customer_id, format('%s is suspended, but no debt is overdue', m.address) as what
        from mailboxes m
       where m.suspended_for = 'debt'
         and not exists (select from debts d where d.customer_id = m.customer_id and d.state = 'open' and d.suspended_at is not null)
         and not exists (select from reactions r where r.customer_id = m.customer_id)`,
  },
  {
    name: 'ended_only_after_the_retention',
    sentence: 'No mailbox ended before its retention was over, nor within 24 hours of its warning (R21, R30, P6).',
    examined: sql`(select 1 from mailboxes where state = 'ended') m`,
    violations: sql`
      select m.customer_id, format('%s ended at %s, told at %s, kept until %s', m.address, m.ended_at, m.deletion_told_at, s.delete_on) as what
        from mailboxes m
        left join (select distinct on (customer_id, mailbox_id) customer_id, mailbox_id, delete_on
                     from (select e.customer_id, e.event_id, x::bigint as mailbox_id, (e.data->>'delete_on')::date as delete_on
                             from events e cross join lateral jsonb_array_elements_text(e.data->'mailbox_ids') x
                            where e.type = 'mailboxes.suspended') suspended
                    order by customer_id, mailbox_id, event_id desc) s
               on s.customer_id = m.customer_id and s.mailbox_id = m.mailbox_id
       where m.state = 'ended'
         and (m.deletion_told_at is null or m.ended_at < m.deletion_told_at + interval '24 hours' or s.delete_on is null
              or (m.ended_at at time zone (select time_zone from sellers order by seller_id limit 1))::date < s.delete_on)`,
  },
];

/** Terms that renewals made, of the present chain and of plans that are not aligned to the 1st. */
function renewalTerms() {
  return sql`
    select t.customer_id, m.address, m.anchor_on, t.starts_on, t.ends_on, t.mode, t.net, t.plan_id, i.currency, i.issued_at
      from terms t
      join invoices i on i.customer_id = t.customer_id and i.invoice_id = t.invoice_id
      join mailboxes m on m.customer_id = t.customer_id and m.mailbox_id = t.mailbox_id and m.chain = t.chain
      join plans p on p.plan_id = t.plan_id
     where i.order_id is null and p.alignment = 'none'`;
}
