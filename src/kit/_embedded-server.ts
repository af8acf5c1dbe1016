import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Binaries } from '#kit/_embedded-binaries.ts';

/** What the server's own pid file says of it. */
export type Postmaster = { state: 'ready' | 'busy'; pid: number; port: number };
export type Failed = { state: 'failed'; reason: string };

// Durable (fsync and full pages stay on), with room for large batches between two checkpoints.
const configuration: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  effective_cache_size: '1GB',
  max_wal_size: '4GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
};

/** The server that runs on `data`, if one does. */
export function readPostmaster(data: string): Postmaster | undefined {
  const file = join(data, 'postmaster.pid');
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!isAlive(pid)) return undefined;
  if (!isServerOf(pid, data)) {
    // After a restart of the machine or the container the old pid belongs to someone else, and PostgreSQL would wait
    // for that process for ever.
    rmSync(file, { force: true });
    return undefined;
  }
  return { state: lines[7]?.trim() === 'ready' ? 'ready' : 'busy', pid, port: Number(lines[3]) };
}

/** Starts the server and waits until it is ready or has ended; crash recovery may take its time. */
export async function spawnServer(
  binaries: Binaries,
  data: string,
  settings: Record<string, string>,
): Promise<Postmaster | Failed> {
  const port = await freePort(Number(readOr(`${data}.port`, '0')));
  const options = Object.entries({ ...configuration, ...settings, port: String(port) });
  const [command = '', ...args] = [
    ...binaries.prefix,
    binaries.postgres,
    ...['-D', data],
    ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const log = openLog(`${data}.log`);
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  // In its own process group: Ctrl-C is for us, we then stop the server in order.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log.descriptor, log.descriptor], env });
  closeSync(log.descriptor);
  child.unref();
  writeFileSync(`${data}.port`, String(port));
  return untilReady(child, data, log);
}

/** Whether the process `pid` exists. */
export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

type Log = { path: string; descriptor: number; from: number };

async function untilReady(child: ChildProcess, data: string, log: Log): Promise<Postmaster | Failed> {
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  const explain = () => {
    failure = reasonIn(log);
  };
  child.once('exit', explain);
  for (;;) {
    if (failure !== undefined) return { state: 'failed', reason: failure };
    const found = readPostmaster(data);
    if (found?.pid === child.pid && found?.state === 'ready') {
      // Its end is no failure any more, and its log may be gone by then.
      child.off('exit', explain);
      return found;
    }
    await pause(10);
  }
}

// Without /proc we cannot tell, and believe the pid file.
function isServerOf(pid: number, data: string): boolean {
  const commandLine = readOr(`/proc/${pid}/cmdline`, '');
  return commandLine === '' || commandLine.split('\0').includes(data);
}

function openLog(path: string): Log {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const from = size > 10_000_000 ? 0 : size;
  if (from < size) truncateSync(path);
  return { path, descriptor: openSync(path, 'a', 0o600), from };
}

function reasonIn(log: Log): string {
  const lines = readFileSync(log.path).subarray(log.from).toString('utf8').trim().split('\n');
  return (lines.find((line) => line.includes('FATAL:')) ?? lines.at(-1) ?? '').replace(/^.*FATAL:\s*/, '');
}

function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (wanted === 0 ? reject(error) : resolve(freePort(0))));
    server.listen({ host: '127.0.0.1', port: wanted, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return fallback;
  }
}
