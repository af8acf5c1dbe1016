/**
 * Holds the house: who imports whom, names and places, sizes, shapes of SQL, traces of a machine. Functions and their
 * parameters are measured by the linter (.oxlintrc.json).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { checkImports, type File } from './_tidy-imports.ts';
import { checkDocs, checkPlace, checkSql, checkStrangers } from './_tidy-text.ts';

const checks = [checkImports, checkPlace, checkDocs, checkSql, checkStrangers];

/** Every problem of these files, each with its path in front. */
export function tidy(files: readonly File[]): string[] {
  return [
    ...files.flatMap((file) => checks.flatMap((check) => check(file).map((problem) => `${file.path}: ${problem}`))),
    ...modulesWithoutReadme(files),
  ];
}

function modulesWithoutReadme(files: readonly File[]): string[] {
  const paths = new Set(files.map((file) => file.path));
  const modules = new Set(files.flatMap(({ path }) => /^src\/domain\/[a-z-]+(?=\/)/.exec(path) ?? []));
  return [...modules]
    .filter((module) => !paths.has(`${module}/README.md`))
    .map((module) => `${module}: has no README.md`);
}

function repository(): File[] {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { encoding: 'utf8' });
  const paths = list.split('\0').filter((path) => path && path !== 'package-lock.json' && existsSync(path));
  return paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

if (import.meta.main) {
  const files = repository();
  const problems = tidy(files);
  for (const problem of problems) console.error(problem);
  console.log(`tidy: ${files.length} files, ${problems.length} problems`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
