import { useEffect, useRef, useState } from 'react';

/** Goes to a page of the payment provider. Who comes back by the browser's own button finds the screen as it is then. */
export function leave(url: string): void {
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload(), { once: true });
  location.assign(url);
}

/** The same, to pay an order: this tab remembers that it did, because providers do not say whether the payer paid. */
export function leaveToPay(orderId: number, url: string): void {
  sessionStorage.setItem(markOf(orderId), left);
  leave(url);
}

const left = 'left';
const patience = 12_000;
const memory = 15 * 60_000;

/** How it stands with a payer who is back from a provider's page, or null for anybody else. */
export type Return = 'asking' | 'unheard' | null;

/**
 * Whether the payer came back from paying this order within the last minutes, a reload included: `asking` for as long as
 * the answer is usually on its way, `unheard` when it has not come by then. `tell` lets the server ask the provider at once.
 */
export function useReturn(orderId: number, tell: () => Promise<unknown>): Return {
  const [back] = useState(() => backAt(orderId));
  const [stage, setStage] = useState(() => stageOf(back));
  const telling = useRef(tell);
  useEffect(() => {
    if (back === null) return;
    sessionStorage.setItem(markOf(orderId), String(back));
    // Not heard, the provider is asked all the same, only later.
    telling.current().catch(() => {});
    const waiting = setTimeout(() => setStage('unheard'), back + patience - Date.now());
    return () => clearTimeout(waiting);
  }, [back, orderId]);
  return stage;
}

/** How often an awaited confirmation is looked for, in milliseconds: seldom once it is late, never if none is awaited. */
export function paceOf(back: Return): number | false {
  if (back === null) return false;
  return back === 'asking' ? 1_500 : 10_000;
}

/** The order is closed: nothing is awaited for it any more. */
export function forgetLeaving(orderId: number): void {
  sessionStorage.removeItem(markOf(orderId));
}

function markOf(orderId: number): string {
  return `paying ${orderId}`;
}

/** When the payer came back: now, or when the mark says; null when they were not away, or it is long ago. */
function backAt(orderId: number): number | null {
  const mark = sessionStorage.getItem(markOf(orderId));
  if (mark === null) return null;
  if (mark === left) return Date.now();
  return Date.now() - Number(mark) < memory ? Number(mark) : null;
}

function stageOf(back: number | null): Return {
  if (back === null) return null;
  return Date.now() - back < patience ? 'asking' : 'unheard';
}
