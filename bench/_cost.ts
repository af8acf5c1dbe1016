import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of the two sides, in milliseconds. */
export type Cost = { server: number; database: number };

/**
 * Processor time, in milliseconds, that a process and everything it started have used so far: what work costs, whoever
 * else uses the machine. 0 where the system does not tell it.
 */
export function usedBy(pid: number): number {
  try {
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const stats = all.flatMap((name) => statOf(name) ?? []);
    return stats.filter((one) => one.pid === pid || one.parent === pid).reduce((sum, one) => sum + one.ms, 0);
  } catch {
    return 0;
  }
}

type Stat = { pid: number; parent: number; ms: number };

function statOf(name: string): Stat | null {
  try {
    const words = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = words.slice(11, 15).map(Number);
    // Children that have ended are counted with their parent. A hundredth of a second is the unit.
    return { pid: Number(name), parent: Number(words[1]), ms: (user + system + childUser + childSystem) * 10 };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}
