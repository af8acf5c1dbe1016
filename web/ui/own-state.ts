import { useState } from 'react';

/** State that belongs to what it is about, known by identity: about anything else it begins anew. */
export function useOwnState<T>(about: unknown, initial: T): [T, (value: T) => void] {
  const [kept, keep] = useState({ about, value: initial });
  return [kept.about === about ? kept.value : initial, (value) => keep({ about, value })];
}
