/**
 * `bin/rinnovo-node bench/portal.ts`: what the API behind the portal's busiest screens takes while 200 people use it, on
 * 1,000,000 mailboxes of 100,000 customers; and what opening and changing a platform of 50,000 mailboxes takes. The
 * database is made for it in a folder that goes with it, or in one that is kept with `--keep FOLDER` and found again.
 * `--customers N` makes a smaller town, `--seconds N` a shorter crowd, `--only large` leaves the crowd out.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Timed } from './_ask.ts';
import { type Cost, usedBy } from './_cost.ts';
import { type Met, meetPeople, saturate } from './_crowd.ts';
import { type Act, measureLarge } from './_large.ts';
import { benchSecret, openTown } from './_town.ts';

const { values } = parseArgs({
  options: {
    keep: { type: 'string' },
    customers: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '60' },
    reading: { type: 'string', default: '10' },
    only: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const reading = Number(values.reading);

const from = performance.now();
const town = await openTown({ customers: Number(values.customers), folder: values.keep ?? null });
tell(`the town stood after ${((performance.now() - from) / 1_000).toFixed(0)} s`);
const server = fork(join(import.meta.dirname, '_server.ts'), [town.ownerUrl, benchSecret]);
try {
  const [address] = (await once(server, 'message')) as [string];
  const { users, large } = town;
  const used = () => ({ server: usedBy(server.pid ?? 0), database: usedBy(town.databasePid) });
  if (values.only !== 'large') {
    await meetPeople({ address, users, seconds: Math.min(10, seconds) }, reading);
    let before = used();
    const people = await meetPeople({ address, users, seconds }, reading);
    let after = used();
    tell(`${users.length} people, a screen every ${reading} s each, for ${seconds} s`);
    describeCrowd(people, true);
    describeCost(people, before, after);
    before = used();
    const most = await saturate({ address, users: users.slice(0, 16), seconds: Math.min(15, seconds) });
    after = used();
    tell('as many screens as the machine gives, 16 at a time');
    describeCrowd(most, false);
    describeCost(most, before, after);
  }
  tell('a platform of 50,000 mailboxes, nobody else there');
  for (const act of await measureLarge(address, large, used)) describeAct(act);
} finally {
  server.disconnect();
  await once(server, 'exit');
  await town.close();
}

function describeCrowd({ requests, screens, seconds: lasted }: Met, byRoute: boolean): void {
  const faults = requests.filter(({ status }) => status >= 400);
  line(
    'requests',
    `${requests.length}, ${(requests.length / lasted).toFixed(0)} a second; ${faults.length} not answered well`,
  );
  line('a request', figures(requests.map(({ ms }) => ms)));
  line('a screen, until all of it is there', figures(screens));
  for (const fault of new Set(faults.map(({ line: asked, status }) => `${status} ${asked}`))) line('  fault', fault);
  if (!byRoute) return;
  const named = ({ line: asked }: Timed) => asked.replace(/\d{3,}/g, '…');
  const routes = [...Map.groupBy(requests, named)].map(([name, all]) => [name, all.map(({ ms }) => ms)] as const);
  for (const [name, all] of routes.sort((one, other) => percentile(other[1], 99) - percentile(one[1], 99)))
    line(`  ${name}`, figures(all));
}

function describeCost({ requests }: Met, before: Cost, after: Cost): void {
  const [server, database] = (['server', 'database'] as const).map((side) => after[side] - before[side]);
  const each = (ms = 0) => (ms / requests.length).toFixed(2);
  line('processor time of a request', `server ${each(server)} ms, database ${each(database)} ms`);
}

function describeAct({ name, tries, cost }: Act): void {
  line(
    name,
    `median ${percentile(tries, 50).toFixed(0)} ms, at most ${Math.max(...tries).toFixed(0)} ms (${tries.length} times); processor time: server ${cost.server.toFixed(0)} ms, database ${cost.database.toFixed(0)} ms`,
  );
}

function figures(all: readonly number[]): string {
  const told = [50, 95, 99].map((part) => `p${part} ${percentile(all, part).toFixed(0)} ms`);
  return `${told.join(', ')}, at most ${Math.max(...all).toFixed(0)} ms (${all.length} times)`;
}

function percentile(all: readonly number[], part: number): number {
  const sorted = [...all].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * part) / 100) - 1)] ?? 0;
}

function tell(what: string): void {
  const [load = ''] = readFileSync('/proc/loadavg', 'utf8').split(' ');
  console.log(`\n${what} (load of the machine ${load} on ${availableParallelism()} cores)`);
}

function line(name: string, value: string): void {
  console.log(`${name.padEnd(68)} ${value}`);
}
