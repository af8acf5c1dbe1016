import { type RefObject, useEffect, useRef } from 'react';

/** When what somebody pressed is gone with its own effect, the focus waits at this element, which says what happened. */
export function useRescuedFocus<E extends HTMLElement>(cause: unknown): RefObject<E | null> {
  const element = useRef<E>(null);
  const first = useRef(cause);
  useEffect(() => {
    if (first.current === cause) return;
    first.current = cause;
    // A dialog that closes gives the focus back a moment later, if it can.
    const later = setTimeout(() => {
      if (document.activeElement === document.body) element.current?.focus({ preventScroll: true });
    }, 100);
    return () => clearTimeout(later);
  }, [cause]);
  return element;
}
