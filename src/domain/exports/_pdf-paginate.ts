import assert from 'node:assert/strict';

/** How tall things are, in points: the room for rows on the first and on the following pages, and what surrounds rows. */
export type Room = {
  first: number;
  following: number;
  /** The line that carries the total to the next page, and the one that brings it there. */
  carry: number;
  /** The totals, payment and notes, which stay together after the last row. */
  closing: number;
};

/** Rows `[from, to)` of one page. */
export type Slice = { from: number; to: number };

/**
 * Divides rows over pages: as many as fit, a line for the carried total on every page but the last, and the closing
 * block alone on a page only if the page before has but one row.
 */
export function paginate(heights: readonly number[], room: Room): Slice[] {
  assert.ok(room.closing <= room.following - room.carry, 'the closing block does not fit on a page');
  const pages: Slice[] = [];
  let from = 0;
  for (;;) {
    const space = pages.length === 0 ? room.first : room.following - room.carry;
    const rest = sum(heights, from, heights.length);
    if (rest + room.closing <= space) return [...pages, { from, to: heights.length }];
    const to = lastThatFits(heights, from, space - room.carry);
    pages.push({ from, to });
    from = to;
  }
}

/** At least one row, however tall, and never the last one: it goes with the closing block. */
function lastThatFits(heights: readonly number[], from: number, space: number): number {
  let to = from;
  let used = 0;
  while (to < heights.length - 1 && used + (heights[to] ?? 0) <= space) {
    used += heights[to] ?? 0;
    to += 1;
  }
  return Math.min(Math.max(to, from + 1), heights.length);
}

function sum(heights: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let at = from; at < to; at += 1) total += heights[at] ?? 0;
  return total;
}
