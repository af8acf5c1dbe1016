import { basename } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkPage, openNotebook } from './_notebook.ts';
import type { Detail } from './_tell-news.ts';
import type { WorldStart } from './_world-core.ts';
import { startWorld, type World } from './world.ts';

/** `file`: the story's `import.meta.filename`, which names its page in docs/guide; `part` when a file tells several. */
export type StoryHead = Omit<WorldStart, 'notebook'> & {
  file: string;
  part?: string;
  rules: string;
  title: string;
  /** What it shows, in a few sentences; the source document's own words where it is one of its sections. */
  about: string;
  detail?: Detail;
};

/** A story of the guide: a test that also writes its page, and fails when the committed page tells another story. */
export function story(head: StoryHead, plot: (world: World, t: TestContext) => Promise<void>): void {
  const { file, part, rules, title, about, ...start } = head;
  test(`${rules} ${title}`, async (t) => {
    const notebook = openNotebook(`# ${title}\n\n${about}\n\n${rules}`);
    const world = await startWorld(t, { ...start, notebook });
    await plot(world, t);
    await world.soon();
    const name = basename(file, '.test.ts');
    checkPage(`docs/guide/${part ? `${name}-${part}` : name}.md`, notebook.text());
  });
}
