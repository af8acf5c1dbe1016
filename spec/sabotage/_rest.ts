// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the text of files
import type { Sabotage } from './list.ts';

/** What goes wrong with deadlines, letters and walls between customers. */
export const restSabotages: readonly Sabotage[] = [
  {
    name: 'deadline in UTC days',
    incident: 'suspended hours before the day is over where the customer lives (killbill #1856)',
    file: 'src/kit/dates.ts',
    find: '  const byDay = endOfDay(issuedOn.add({ days: graceDays }), timeZone);',
    replace: "  const byDay = endOfDay(issuedOn.add({ days: graceDays }), timeZone && 'UTC');",
    tests: ['src/kit/dates.test.ts', 'spec/guide/03-il-conto.test.ts'],
  },
  {
    name: 'deadline without its 168 hours',
    incident: 'the lost hour of the clock change shortens the deadline (killbill #445)',
    file: 'src/kit/dates.ts',
    find: '  return Temporal.Instant.compare(byHours, byDay) > 0 ? byHours : byDay;',
    replace: '  return Temporal.Instant.compare(byHours, byDay) > 0 ? byDay : byDay;',
    tests: ['src/kit/dates.test.ts'],
  },
  {
    name: 'suspended while the answer is awaited',
    incident: 'suspended though paying',
    file: 'src/domain/dunning/decide-deadline.ts',
    find: "return debt.paying ? { do: 'nothing' } : { do: 'suspend' };",
    replace: "return debt.paying ? { do: 'suspend' } : { do: 'suspend' };",
    tests: ['src/domain/dunning/decide-deadline.test.ts'],
  },
  {
    name: 'a new Message-ID on retry',
    incident: 'letters twice after an SMTP timeout (freescout #5457)',
    file: 'src/domain/letters/send.ts',
    find: '    delivery = await mailer.send({ messageId, to:',
    replace: '    delivery = await mailer.send({ messageId: messageId.replace("<", `<${letter.attempts}-`), to:',
    tests: ['src/domain/letters/send.test.ts'],
  },
  {
    name: 'a letter counts as sent before it left',
    incident: 'a crash loses the letters that were under way',
    file: 'src/domain/letters/_outbox.ts',
    find: "         set state = case when d.invoice_id is null then 'written' else 'withdrawn' end,",
    replace: "         set state = case when d.invoice_id is null then 'sent' else 'withdrawn' end,",
    tests: ['src/domain/letters/send.test.ts', 'spec/guide/14-soglia.test.ts'],
  },
  {
    name: 'a paid debt is written of',
    incident: 'contradictory letters: paid in the morning, reminded at noon',
    file: 'src/domain/letters/_outbox.ts',
    find: " and d.state <> 'open')",
    replace: " and d.state = 'none')",
    tests: ['src/domain/letters/send.test.ts', 'src/domain/letters/write.test.ts'],
  },
  {
    name: 'a reminder every day',
    incident: 'the same letter again and again, while the customer gathers the money',
    file: 'src/domain/dunning/decide-deadline.ts',
    find: '  if (reached.length <= debt.reminders) return',
    replace: '  if (reached.length === 0) return',
    tests: ['src/domain/dunning/decide-deadline.test.ts'],
  },
  {
    name: 'no wall between customers',
    incident: "a forgotten check shows another customer's orders",
    file: 'db/migrations/0001_schema.sql',
    find: "create policy own_rows on orders to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);",
    replace: 'create policy own_rows on orders to rinnovo_api using (true);',
    tests: ['spec/rls.test.ts'],
  },
  {
    name: 'a dead link opens its order',
    incident: 'an expired order is paid all the same',
    file: 'src/domain/orders/link.ts',
    find: "  return order.state === 'open' && Temporal.Instant.compare(at, order.expiresAt) < 0;",
    replace: "  return order.state === 'open' || Temporal.Instant.compare(at, order.expiresAt) < 0;",
    tests: ['spec/guide/11-buoni-d-ordine.test.ts'],
  },
  {
    name: 'a day ends while work is due',
    incident: 'a worker dies; its lease runs out unseen, the day ends, and a round of the collection is skipped',
    file: 'src/domain/provisioning/_queue.ts',
    find: '     where applied_version < wanted_version and provision_after <= ${at.add({ seconds: leaseSeconds })}',
    replace:
      '     where applied_version < wanted_version and provision_after > ${at} and provision_after <= ${at.add({ seconds: leaseSeconds })}',
    tests: ['src/worker/run.test.ts'],
  },
];
