import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { getCatalog } from '#domain/catalog/list.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Process } from '#domain/events/process.ts';
import type { Happened, Reaction } from '#domain/events/reaction.ts';
import { type Act, type EventDraft, recordEvents } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { requestChecks } from '#domain/payments/check-methods.ts';
import type { MethodKey } from '#domain/payments/complete-method.ts';
import { decideHealth, type Health } from '#domain/payments/decide-health.ts';
import { readStandings, rememberTold, type Standings } from '#domain/payments/standings.ts';
import { listExpiring, type Renewal, renewalsOf } from '#domain/renewals/_upcoming.ts';
import { listUnlooked, noteLook } from '#domain/renewals/looks.ts';
import type { Moment } from '#kit/clock.ts';
import { columns, type Tx } from '#kit/db.ts';

const daysOfTrust = 7;
const daysOfPatience = 2;
const minutesOfAsking = 10;

/**
 * Finds, 15 days before each renewal, the methods that will not work on its day (R32), and tells so once per method and
 * renewal. Their provider is asked first how they are, unless it said so lately; one that stays silent for two days is not
 * waited for any longer. Everybody is looked at once a day, and again when a provider has said how a method is. Each account
 * remembers up to which day it was judged, and forgets it when something else may renew before that day; each method
 * remembers what was told of it. So an outage, a late mailbox and another policy lose and double nothing.
 */
export const methodHealth: Process = {
  name: 'method-health',
  plan: (db, { on }) => listUnlooked(db, 'methods_looked_on', on),
  run: async (tx, act, customerIds) => {
    const days = await readDays(tx);
    const accounts = await lockAccounts(tx, await customersToJudge(tx, act, { days, customerIds }));
    // Read again: while we waited for the accounts somebody may have begun to ask about their methods.
    const due = await customersToJudge(tx, act, { days, customerIds: [...accounts.keys()] });
    const standings = await readStandings(tx, due);
    const unasked = due.flatMap((customerId) => methodsToAsk(customerId, standings.get(customerId), act));
    await requestChecks(tx, act, unasked);
    const waiting = new Set(unasked.map((method) => method.customerId));
    const judged = due.filter((customerId) => !waiting.has(customerId));
    const window = { customerIds: judged, on: act.on, days, unjudged: true };
    const renewals = renewalsOf(await listExpiring(tx, window), { accounts, catalog: await getCatalog(tx) });
    const byCustomer = Map.groupBy(renewals, (renewal) => renewal.customerId);
    const toldOn = await readToldOfNone(tx, judged);
    const findings = judged.flatMap((customerId) => {
      const held = { standings: standings.get(customerId), noMethodToldOn: toldOn.get(customerId) ?? null };
      return judge(byCustomer.get(customerId) ?? [], held);
    });
    await tell(tx, act, findings);
    await remember(tx, act.on.add({ days }), judged);
    await noteLook(tx, 'methods_looked_on', { on: act.on, customerIds });
    return due.length;
  },
};

/** A method was taken back at its provider: the renewals that come are judged again, now (R32). */
export const judgeAgain: Reaction = async (tx, _act, events) => {
  const revoked = events.filter(isRevocation).map((event) => event.customerId);
  if (revoked.length === 0) return;
  await sql`
    update accounts set methods_judged_to = null, methods_looked_on = default where customer_id = any(${[...new Set(revoked)]}::bigint[])`.execute(
    tx,
  );
};

function isRevocation(event: Happened): boolean {
  return String(event.data['code']).startsWith('revoked_at_');
}

// Only those for whom a day came nearer since they were last judged, and whose methods nobody is being asked about: one that
// was asked about in vain is due again much later, and is waited for while there is time.
async function customersToJudge(
  tx: Tx,
  { at, on }: Moment,
  { days, customerIds }: { days: number; customerIds: readonly bigint[] },
): Promise<bigint[]> {
  const { rows } = await sql<{ customer_id: bigint }>`
    select u.customer_id
      from (select m.customer_id, min(m.due_on) as first_on
              from mailboxes m join accounts a on a.customer_id = m.customer_id
             where m.due_on > greatest(${on}::date, a.methods_judged_to) and m.due_on <= ${on.add({ days })}
               and m.state = 'active' and m.mode <> 'none' and not m.parked and m.customer_id = any(${customerIds}::bigint[])
             group by m.customer_id) u
     where not exists (select from payment_methods x
                        where x.customer_id = u.customer_id and x.check_after is not null and x.state <> 'pending'
                          and (x.check_after <= ${at.add({ minutes: minutesOfAsking })}
                               or u.first_on > ${on.add({ days: days - daysOfPatience })}))`.execute(tx);
  return rows.map((row) => row.customer_id);
}

async function readDays(tx: Tx): Promise<number> {
  return (await getSeller(tx)).policy.method_health_days;
}

function methodsToAsk(customerId: bigint, standings: Standings | undefined, act: Act): MethodKey[] {
  const trusted = act.at.subtract({ hours: 24 * daysOfTrust });
  return (standings?.chain ?? [])
    .filter(({ state, checkAfter }) => state !== 'failed' && checkAfter === null)
    .filter(({ checkedAt }) => checkedAt === null || Temporal.Instant.compare(checkedAt, trusted) <= 0)
    .map(({ methodId }) => ({ customerId, methodId }));
}

// A method remembers what was told of it; that there is none left, only the account can.
async function readToldOfNone(tx: Tx, customerIds: readonly bigint[]): Promise<Map<bigint, Temporal.PlainDate>> {
  const { rows } = await sql<{ customerId: bigint; toldOn: Temporal.PlainDate }>`
    select customer_id as "customerId", no_method_told_on as "toldOn" from accounts
     where customer_id = any(${customerIds}::bigint[]) and no_method_told_on is not null`.execute(tx);
  return new Map(rows.map(({ customerId, toldOn }) => [customerId, toldOn]));
}

type Finding = { renewals: Renewal[]; health: Health };
type Held = { standings: Standings | undefined; noMethodToldOn: Temporal.PlainDate | null };

function judge(renewals: readonly Renewal[], { standings, noMethodToldOn }: Held): Finding[] {
  const { chain = [], hadMethods = false } = standings ?? {};
  const isNews = (on: Temporal.PlainDate) =>
    chain.length > 0 || noMethodToldOn === null || Temporal.PlainDate.compare(on, noMethodToldOn) > 0;
  const days = renewals.map((renewal) => renewal.on).filter(isNews);
  const health = decideHealth({ days, chain, hadMethods });
  if (!health) return [];
  return [{ renewals: renewals.filter(({ on }) => health.days.some((day) => day.equals(on))), health }];
}

async function tell(tx: Tx, act: Act, findings: readonly Finding[]): Promise<void> {
  if (findings.length === 0) return;
  const told = findings.flatMap(({ renewals, health }) =>
    health.unfit.map(({ methodId }) => ({
      customerId: (renewals[0] as Renewal).customerId,
      methodId,
      on: health.days.at(-1) as Temporal.PlainDate,
    })),
  );
  await rememberTold(tx, told);
  await rememberToldOfNone(
    tx,
    findings.filter(({ health }) => health.unfit.length === 0),
  );
  await recordEvents(tx, act, findings.map(foundEvent));
}

async function rememberToldOfNone(tx: Tx, findings: readonly Finding[]): Promise<void> {
  if (findings.length === 0) return;
  await sql`
    update accounts a set no_method_told_on = greatest(a.no_method_told_on, u.told_on)
      from ${columns(findings, {
        customer_id: ['bigint', ({ renewals }) => (renewals[0] as Renewal).customerId],
        told_on: ['date', ({ health }) => health.days.at(-1) as Temporal.PlainDate],
      })}
     where a.customer_id = u.customer_id`.execute(tx);
}

function foundEvent({ renewals, health }: Finding): EventDraft {
  return {
    customerId: (renewals[0] as Renewal).customerId,
    type: 'methods.found_unfit',
    data: {
      methods: health.unfit.map(({ methodId, why }) => ({ method_id: methodId, why })),
      instead_id: health.insteadId,
      renewals: renewals.map(({ on, net, renewing }) => ({ on, net, mailboxes: renewing.length })),
    },
  };
}

async function remember(tx: Tx, until: Temporal.PlainDate, customerIds: readonly bigint[]): Promise<void> {
  await sql`
    update accounts set methods_judged_to = ${until}
     where customer_id = any(${customerIds}::bigint[]) and (methods_judged_to is null or methods_judged_to < ${until})`.execute(
    tx,
  );
}
