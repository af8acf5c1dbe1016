import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerSettings, WorkerWord } from './_worker.ts';

/** Workers one after the other, the next one always standing ready. */
export type Workers = {
  /** Lets the worker do all that is due now. */
  work(): Promise<void>;
  /** The same, but kills it so many milliseconds after it began; false when it had done everything by then. */
  workUntilKilled(milliseconds: number): Promise<boolean>;
  /** Milliseconds spent in each stage, over all days. */
  spent: Map<string, number>;
  /** What operators were told, apart from numbers. */
  told: string[];
};

/** Nothing of them is left when `owner` is done. */
export function startWorkers(owner: { after(done: () => void): void }, settings: WorkerSettings): Workers {
  const alive = new Set<ChildProcess>();
  owner.after(() => {
    for (const child of alive) child.kill('SIGKILL');
  });
  const begin = async (): Promise<Worker> => {
    const child = fork(join(import.meta.dirname, '_worker.ts'), [JSON.stringify(settings)]);
    alive.add(child);
    const ended = once(child, 'exit').then(() => {
      alive.delete(child);
      return null;
    });
    const words = on(child, 'message');
    const listen = async () => ((await words.next()).value as [WorkerWord])[0];
    assert.equal((await listen()).say, 'ready');
    return { child, ended, listen };
  };
  let present = begin();
  let next = begin();
  const spent = new Map<string, number>();
  const told: string[] = [];
  const run = async ({ child, ended, listen }: Worker): Promise<boolean> => {
    child.send('work');
    const word = await Promise.race([listen(), ended]);
    if (word === null) return false;
    assert.equal(word.say, 'done', 'error' in word ? word.error : '');
    if (word.say !== 'done') return false;
    assert.equal(word.state, 'done', 'no day is held');
    told.push(...word.told);
    for (const [name, ms] of Object.entries(word.ms)) spent.set(name, (spent.get(name) ?? 0) + ms);
    return true;
  };
  return {
    spent,
    told,
    work: async () => assert.ok(await run(await present), 'a worker ended by itself'),
    workUntilKilled: async (milliseconds) => {
      const worker = await present;
      const running = run(worker);
      const over = await Promise.race([running, delay(milliseconds, 'too long' as const)]);
      if (over === true) return false;
      worker.child.kill('SIGKILL');
      await worker.ended;
      present = next;
      next = begin();
      // It may have done everything in the moment before.
      return !(await running);
    },
  };
}

type Worker = { child: ChildProcess; ended: Promise<null>; listen(): Promise<WorkerWord> };
