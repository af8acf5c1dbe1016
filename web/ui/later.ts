import { type ComponentType, type LazyExoticComponent, lazy, useState } from 'react';

type Modules<Name extends string, Props> = () => Promise<{ [key in Name]: ComponentType<Props> }>;

/**
 * A part of a screen whose script comes when it is first shown. When the connection is lost just then, it comes as soon
 * as it is back, and the screen around it stays.
 */
export function later<Name extends string, Props>(
  load: Modules<Name, Props>,
  name: Name,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: (await patiently(load))[name] }));
}

/** Whether something was ever wanted: what has come once stays, and ends its own way when it is not wanted any more. */
export function useEverWanted(isWanted: boolean): boolean {
  const [wasWanted, setWanted] = useState(isWanted);
  if (isWanted && !wasWanted) setWanted(true);
  return wasWanted;
}

async function patiently<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (navigator.onLine) throw error;
    await new Promise((resolve) => addEventListener('online', resolve, { once: true }));
    return patiently(load);
  }
}
