// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the text of files
import type { Sabotage } from './list.ts';

/** What goes wrong with terms and the business day. */
export const renewalSabotages: readonly Sabotage[] = [
  {
    name: 'due on the day only',
    incident: 'the scheduler was down, and the missed day is never billed (lago #354)',
    file: 'src/domain/platforms/due.ts',
    find: '     where m.due_on <= ${on} and m.due_on >',
    replace: '     where m.due_on = ${on} and m.due_on >',
    tests: ['spec/guide/15-quaranta-giorni-senza-macchina.test.ts'],
  },
  {
    name: 'terms from the clamped date',
    incident: 'month-end drift: the 31st becomes the 28th for ever (polar #10664)',
    file: 'src/domain/renewals/decide.ts',
    find: 'anchorDay: mailbox.anchorOn.day',
    replace: 'anchorDay: mailbox.expiresOn.day',
    tests: ['src/domain/renewals/decide.test.ts', 'src/domain/renewals/renew.test.ts'],
  },
  {
    name: 'next term from today',
    incident: 'after an outage the days in between are given away, and the anchor is lost',
    file: 'src/domain/renewals/decide.ts',
    find: "return { do: 'renew', startsOn: mailbox.expiresOn,",
    replace: "return { do: 'renew', startsOn: today,",
    tests: ['src/domain/renewals/decide.test.ts', 'src/domain/renewals/renew.test.ts'],
  },
  {
    name: 'renews what is suspended for debt',
    incident: 'the resumed customer is billed for the suspended time (UCRM #139)',
    file: 'src/domain/renewals/decide.ts',
    find: "  if (mailbox.suspendedFor === 'debt') return awaitPayment;\n",
    replace: '',
    tests: ['src/domain/renewals/decide.test.ts', 'spec/guide/09-pagamento-dopo-la-sospensione.test.ts'],
  },
  {
    name: 'renews what is terminated',
    incident: 'billed after the termination has taken effect',
    file: 'src/domain/renewals/decide.ts',
    find: "if (mailbox.mode === 'none' || mailbox.terminated) return expire;",
    replace: "if (mailbox.mode === 'none') return expire;",
    tests: ['spec/guide/07-disattiva-il-rinnovo-della-piattaforma.test.ts'],
  },
  {
    name: 'no look at the expiry when extending',
    incident: 'a second caller moves an expiry that has moved already (FOSSBilling #3106)',
    file: 'src/domain/platforms/extend.ts',
    find: ' and m.expires_on = u.starts_on and',
    replace: ' and',
    tests: ['src/domain/platforms/mailboxes.test.ts', 'src/domain/renewals/renew.test.ts'],
  },
  {
    name: 'no lock of the customers of a batch',
    incident: 'two overlapping runs bill everything twice (measured: 2,000 of 2,000 mailboxes)',
    file: 'src/domain/ledger/lock.ts',
    find: `    update accounts set lock_version = lock_version + 1
     where customer_id = any(\${sorted}::bigint[]) and not parked
    returning customer_id as "customerId", currency, balance, alert_threshold as "alertThreshold"\``,
    replace: `    select customer_id as "customerId", currency, balance, alert_threshold as "alertThreshold"
      from accounts where customer_id = any(\${sorted}::bigint[]) and not parked\``,
    tests: ['spec/storm-overlap.test.ts'],
  },
  {
    name: 'the brake is off',
    incident: 'after a long outage everything is billed at once, unseen',
    file: 'src/domain/renewals/decide-brake.ts',
    find: 'if (reachDays > policy.brake_reach_days) {',
    replace: 'if (reachDays > policy.brake_reach_days + 1_000) {',
    tests: ['src/domain/renewals/decide-brake.test.ts', 'src/worker/brake.test.ts'],
  },
  {
    name: 'parked customers are run',
    incident: 'what was set aside is billed all the same',
    file: 'src/domain/ledger/lock.ts',
    find: '     where customer_id = any(${sorted}::bigint[]) and not parked',
    replace: '     where customer_id = any(${sorted}::bigint[])',
    tests: ['src/domain/ledger/ledger.test.ts', 'src/worker/run-process.test.ts'],
  },
  {
    name: 'released, but still set aside',
    incident: 'the guard fires and the account is stuck for ever (killbill #2306)',
    file: 'src/domain/platforms/park.ts',
    find: 'update mailboxes set parked = false where',
    replace: 'update mailboxes set parked = true where',
    tests: ['src/domain/platforms/park.test.ts'],
  },
  {
    name: 'one bad customer stops the batch',
    incident: 'the batch dies at row N and nothing resumes (OCA/contract #815)',
    file: 'src/worker/run-process.ts',
    find: '    if (customerIds.length > 1) {',
    replace: '    if (customerIds.length > 1_000_000) {',
    tests: ['src/worker/run-process.test.ts'],
  },
  {
    name: 'a taken back none becomes monthly',
    incident: 'the undo flips the mode (the vendor of the source document)',
    file: 'src/domain/platforms/decide-mode.ts',
    find: "  return from === 'none' ? mailbox.previousMode : from;",
    replace: "  return from === 'none' ? mailbox.previousMode : 'monthly';",
    tests: ['src/domain/platforms/decide-mode.test.ts', 'spec/guide/06-disattiva-il-rinnovo-di-un-account.test.ts'],
  },
  {
    name: 'deleted without a word',
    incident: 'content wiped after a missed payment, nobody told (the vendor of the source document)',
    file: 'src/domain/renewals/decide-retention.ts',
    find: "  if (left <= 0) return { do: 'tell', days: 2, deleteOn: now.on.add({ days: 2 }) };",
    replace: "  if (left <= 0) return { do: 'end' };",
    tests: ['src/domain/renewals/decide-retention.test.ts', 'src/domain/renewals/retain.test.ts'],
  },
];
