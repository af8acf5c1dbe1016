import { sql } from 'kysely';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Temporal } from 'temporal-polyfill';
import type { App, HttpContext } from '#http/context.ts';
import { webhooksRefused } from '#http/webhooks.ts';
import type { Db } from '#kit/db.ts';

/** How many archives of documents are being made, and how many documents were drawn for them. */
export const archivesOpen = new Gauge({
  name: 'rinnovo_document_archives_open',
  help: 'Archives of documents that are being made.',
  registers: [],
});
export const documentsArchived = new Counter({
  name: 'rinnovo_documents_archived_total',
  help: 'Documents drawn for archives.',
  registers: [],
});

/** What an operator watches (docs/operations.md): work waiting, money in doubt, clocks, requests. */
export function collectMetrics(app: App, context: HttpContext): Registry {
  const registry = new Registry();
  for (const metric of [webhooksRefused, archivesOpen, documentsArchived]) registry.registerMetric(metric as never);
  collectDefaultMetrics({ register: registry });
  timeRequests(app, registry);
  const figures = remember(() => readFigures(context.database.system));
  for (const [name, help] of Object.entries(described)) {
    const label = labelled[name];
    new Gauge({
      name: `rinnovo_${name}`,
      help,
      registers: [registry],
      labelNames: label ? [label] : [],
      async collect() {
        const value = (await figures())[name];
        if (!label) this.set(Number(value ?? 0));
        else for (const [of, count] of Object.entries(value ?? {})) this.set({ [label]: of }, Number(count));
      },
    });
  }
  return registry;
}

const described: Record<string, string> = {
  renewals_total: 'Mailboxes that business days renewed, let expire or set aside.',
  invoices_total: 'Invoices issued.',
  charges: 'Charges by outcome.',
  letters: 'Letters by state.',
  reactions_open: 'Events whose consequences are still to come.',
  reactions_oldest_seconds: 'Age of the oldest of them on the business clock.',
  runs_held: 'Business days waiting for an operator’s word.',
  parkings_open: 'Customers and mailboxes set aside.',
  webhooks_set_aside: 'Messages of providers that broke what follows them, three times.',
  charges_unknown: 'Charges whose outcome is unknown.',
  charges_unknown_oldest_seconds: 'Age of the oldest of them on the business clock.',
  refunds_failed:
    'Refunds that their provider could not give, or that came back afterwards; the customer has the credit again.',
  reconciliation_differences:
    'Lines of the providers’ statements that differ from our books, until a later comparison of those days agrees.',
  reconciliation_age_seconds: 'Time on the business clock since each provider was last compared.',
  reconciliation_failing_seconds: 'Time since each provider’s comparison fails; 0 while it works.',
  mailboxes_due: 'Mailboxes with something due on the business date or before.',
  provisioning_waiting: 'Mailboxes the mail platform has not followed yet.',
  clock_skew_seconds: 'Host clock minus database clock.',
  clock_behind_seconds: 'How far the business clock stands behind its high-water mark; above 3600 billing is refused.',
};
const labelled: Readonly<Record<string, 'state' | 'provider'>> = {
  charges: 'state',
  letters: 'state',
  reconciliation_differences: 'provider',
  reconciliation_age_seconds: 'provider',
  reconciliation_failing_seconds: 'provider',
};

type Figures = Record<string, unknown>;

async function readFigures(db: Db): Promise<Figures> {
  const asked = Temporal.Now.instant().epochMilliseconds;
  const { rows } = await sql<Figures & { database_ms: number }>`
    with moment as (select now() + coalesce((select set_to - set_at from clock), interval '0') as at)
    select extract(epoch from clock_timestamp())::float8 * 1000 as database_ms,
      (select coalesce(sum(mailboxes), 0) from runs) as renewals_total,
      (select coalesce(sum(last), 0) from counters where series = 'F') as invoices_total,
      (select jsonb_object_agg(state, n) from (select state, count(*) as n from charges group by 1) c) as charges,
      (select jsonb_object_agg(state, n) from (select state, count(*) as n from letters group by 1) l) as letters,
      (select count(*) from reactions) as reactions_open,
      (select coalesce(extract(epoch from max(moment.at - e.at)), 0) from reactions r
         join events e on e.customer_id = r.customer_id and e.event_id = r.event_id, moment)::float8 as reactions_oldest_seconds,
      (select count(*) from runs where state = 'held') as runs_held,
      (select count(*) from parkings where released_at is null) as parkings_open,
      (select count(*) from webhooks where problem is not null and look_after is null) as webhooks_set_aside,
      (select count(*) from charges where next_check_at is not null and state = 'unknown') as charges_unknown,
      (select coalesce(extract(epoch from max(moment.at - created_at)), 0) from charges, moment
        where next_check_at is not null and state = 'unknown')::float8 as charges_unknown_oldest_seconds,
      (select count(*) from refunds where state = 'failed' and reason <> 'chargeback') as refunds_failed,
      (select jsonb_object_agg(provider, differing) from (
        select provider, sum(differing) filter (where not exists (
                 select from reconciliations later where later.provider = r.provider and later.ran_at > r.ran_at
                    and later.from_on <= r.from_on and later.to_on >= r.to_on)) as differing
          from reconciliations r group by provider) d) as reconciliation_differences,
      (select jsonb_object_agg(provider, extract(epoch from age)) from (
        select provider, min(moment.at - ran_at) as age from reconciliations, moment group by provider) a) as reconciliation_age_seconds,
      (select jsonb_object_agg(provider, coalesce(extract(epoch from moment.at - failing_since), 0))
         from reconciliation_attempts, moment) as reconciliation_failing_seconds,
      (select count(*) from mailboxes, moment, sellers
        where due_on <= (moment.at at time zone sellers.time_zone)::date and not parked) as mailboxes_due,
      (select count(*) from mailboxes where applied_version < wanted_version) as provisioning_waiting,
      (select coalesce(extract(epoch from max(high_water_at - moment.at)), 0) from clock, moment)::float8 as behind`.execute(
    db,
  );
  const [figures] = rows;
  if (!figures) throw new Error('one row of figures was asked for');
  const answered = Temporal.Now.instant().epochMilliseconds;
  const skew = ((asked + answered) / 2 - figures.database_ms) / 1000;
  return { ...figures, clock_skew_seconds: skew, clock_behind_seconds: Math.max(0, Number(figures['behind'])) };
}

function timeRequests(app: App, registry: Registry): void {
  const requests = new Histogram({
    name: 'rinnovo_http_request_seconds',
    help: 'Time to answer, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
}

// A scraper asks for every figure at once, and again in a few seconds; counting a million letters once is enough.
function remember(read: () => Promise<Figures>): () => Promise<Figures> {
  let known: Promise<Figures> | undefined;
  let until = 0;
  return () => {
    if (!known || Date.now() > until) {
      until = Date.now() + 10_000;
      known = read();
      known.catch(() => {
        known = undefined;
      });
    }
    return known;
  };
}
