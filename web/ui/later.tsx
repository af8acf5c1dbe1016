import { Skeleton } from '@mantine/core';
import { type ComponentType, useEffect, useState } from 'react';

type Part<Props> = {
  load: () => Promise<ComponentType<Props>>;
  height: number | undefined;
  come?: ComponentType<Props>;
};
type Modules<Name extends string, Props> = () => Promise<{ [key in Name]: ComponentType<Props> }>;

/**
 * A part of a screen whose script comes when it is first shown; a height keeps its place. When the connection is lost
 * just then, it comes as soon as it is back, and the screen around it stays. Not `lazy` and `Suspense`: React shows what
 * had to be waited for 300 ms after it was missed, also when it came at once.
 */
export function later<Name extends string, Props extends object>(
  load: Modules<Name, Props>,
  name: Name,
  height?: number,
): ComponentType<Props> {
  const part: Part<Props> = { load: async () => (await patiently(load))[name], height };
  return (props) => <Shown part={part} props={props} />;
}

function Shown<Props extends object>({ part, props }: { part: Part<Props>; props: Props }) {
  const [Come, setCome] = useState(() => part.come);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (Come) return;
    part.load().then((come) => {
      part.come = come;
      setCome(() => come);
    }, setError);
  }, [Come, part]);
  if (error !== undefined) throw error;
  if (Come) return <Come {...props} />;
  return part.height === undefined ? null : <Skeleton height={part.height} />;
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
