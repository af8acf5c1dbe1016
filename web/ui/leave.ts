import { useEffect, useRef, useState } from 'react';

/** Goes to a page of the payment provider. Who comes back by the browser's own button finds the screen as it is then. */
export function leave(url: string): void {
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload(), { once: true });
  location.assign(url);
}

/** The same, to pay an order: this tab remembers that it did, because providers do not say whether the payer paid. */
export function leaveToPay(orderId: number, url: string): void {
  sessionStorage.setItem(markOf(orderId), 'left');
  leave(url);
}

const secondsOfPatience = 12;

/**
 * Whether the payer has just come back from paying this order: `asking` for as long as the answer is usually on its way,
 * `unheard` when it has not come by then, null otherwise. `tell` lets the server ask the provider at once.
 */
export function useReturn(orderId: number, tell: () => Promise<unknown>): 'asking' | 'unheard' | null {
  const [stage, setStage] = useState(() => (sessionStorage.getItem(markOf(orderId)) ? 'asking' : null));
  const telling = useRef(tell);
  useEffect(() => {
    if (stage !== 'asking') return;
    // Not heard, the provider is asked all the same, only later.
    telling.current().catch(() => {});
    const waiting = setTimeout(() => {
      sessionStorage.removeItem(markOf(orderId));
      setStage('unheard');
    }, secondsOfPatience * 1_000);
    return () => clearTimeout(waiting);
  }, [stage, orderId]);
  return stage as 'asking' | 'unheard' | null;
}

/** The order is closed: nothing is awaited for it any more. */
export function forgetLeaving(orderId: number): void {
  sessionStorage.removeItem(markOf(orderId));
}

function markOf(orderId: number): string {
  return `paying ${orderId}`;
}
