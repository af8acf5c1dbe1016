import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { callFile } from '#web/api/client.ts';
import { needOf, prove } from '#web/portal/access/proof.ts';
import { problemSentence, type Voice } from './problem.tsx';

/** `callFile` for a person who is present: what wants a fresh proof or a session asks for it, and goes on. */
export async function fetchFile(...wish: Parameters<typeof callFile>): ReturnType<typeof callFile> {
  try {
    return await callFile(...wish);
  } catch (error) {
    const need = needOf(error);
    if (!need || !(await prove(need))) throw error;
    return fetchFile(...wish);
  }
}

/** Saves a file where the browser saves files. */
export function save(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Tells, over the screen that stays, why there is no file. */
export function tellProblem(error: unknown, voice: Voice): void {
  notifications.show({
    color: 'red',
    title: i18next.t('problem.title'),
    message: problemSentence(error, voice),
    closeButtonProps: { 'aria-label': i18next.t('close') },
  });
}
