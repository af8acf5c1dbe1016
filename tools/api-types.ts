/**
 * Writes web/api/types.ts, the types of every route, from the description that the API makes of itself.
 * `bin/rinnovo-node tools/api-types.ts` writes it; with `--verify` it only says whether it is current.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Temporal } from 'temporal-polyfill';
import { buildServer } from '#http/server.ts';
import { openDatabase } from '#kit/db.ts';
import { createLog } from '#kit/log.ts';

type Schema = {
  type?: string | readonly string[];
  default?: unknown;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  $ref?: string;
};
type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Content = { content?: Record<string, { schema?: Schema }> };
type Operation = { parameters?: readonly Parameter[]; requestBody?: Content; responses?: Record<string, Content> };
type Description = {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
};

const file = 'web/api/types.ts';
const text = formatted(render(await describe()));
if (!process.argv.includes('--verify')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error(`${file} is not what the API says; run bin/rinnovo-node tools/api-types.ts`);
  process.exitCode = 1;
}

// As the formatter would have it, so that both agree about the file.
function formatted(text: string): string {
  const words = ['node_modules/@biomejs/biome/bin/biome', 'format', `--stdin-file-path=${file}`];
  return execFileSync(process.execPath, words, { input: text, encoding: 'utf8' });
}

async function describe(): Promise<Description> {
  // Nothing connects before it is asked: the description needs no database.
  const database = await openDatabase('postgres://nobody@localhost/none', 'none');
  const settings = {
    mode: 'sandbox',
    publicUrl: 'http://localhost:8080',
    host: '127.0.0.1',
    port: 8080,
    secret: 'none',
    trustedProxies: [],
  } as const;
  const app = await buildServer({
    database,
    providers: {},
    settings,
    log: createLog('silent'),
    now: Temporal.Now.instant,
  });
  await app.ready();
  const description = app.swagger() as unknown as Description;
  await app.close();
  await database.close();
  return description;
}

function render({ paths, components = {} }: Description): string {
  const shared = Object.entries(components.schemas ?? {}).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema, 0)};\n\n`,
  );
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => route(`${method.toUpperCase()} ${path}`, operation)),
  );
  return `// Written by tools/api-types.ts from the schemas of the API. Do not change it by hand.\n\n${shared.sort().join('')}export type Api = {\n${routes.sort().join('')}};\n`;
}

function route(name: string, { parameters = [], requestBody, responses = {} }: Operation): string {
  const parts = [
    group(
      'params',
      parameters.filter((parameter) => parameter.in === 'path'),
    ),
    group(
      'query',
      parameters.filter((parameter) => parameter.in === 'query'),
    ),
    requestBody ? `    body: ${typeOf(jsonOf(requestBody), 2)};\n` : '',
    `    answer: ${answerOf(responses)};\n`,
  ];
  return `  '${name}': {\n${parts.join('')}  };\n`;
}

function group(name: string, parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return '';
  const isNeeded = ({ required, schema }: Parameter) => required === true && schema.default === undefined;
  const isOptional = !parameters.some(isNeeded);
  const fields = parameters.map((each) => `${keyOf(each.name)}${isNeeded(each) ? '' : '?'}: ${typeOf(each.schema, 2)}`);
  return `    ${name}${isOptional ? '?' : ''}: { ${fields.join('; ')} };\n`;
}

function answerOf(responses: Record<string, Content>): string {
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const types = new Set(good.map(([, content]) => (content.content ? typeOf(jsonOf(content), 2) : 'null')));
  return [...types].join(' | ') || 'unknown';
}

function jsonOf({ content = {} }: Content): Schema {
  return content['application/json']?.schema ?? {};
}

function typeOf(schema: Schema, depth: number): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? 'unknown';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ') || 'never';
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return [...new Set(either.map((each) => typeOf(each, depth)))].join(' | ');
  if (schema.allOf) return schema.allOf.map((each) => typeOf(each, depth)).join(' & ');
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.map((type) => plain(type as string | undefined, schema, depth)).join(' | ');
}

function plain(type: string | undefined, schema: Schema, depth: number): string {
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'string' || type === 'boolean' || type === 'null') return type;
  if (type === 'array') return `readonly (${typeOf(schema.items ?? {}, depth)})[]`;
  if (type !== 'object') return 'unknown';
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) {
    const { additionalProperties: rest } = schema;
    return typeof rest === 'object' ? `Record<string, ${typeOf(rest, depth)}>` : 'Record<string, unknown>';
  }
  const pad = '  '.repeat(depth);
  const required = new Set(schema.required ?? []);
  const lines = fields.map(
    ([name, field]) => `${pad}  ${keyOf(name)}${required.has(name) ? '' : '?'}: ${typeOf(field, depth + 1)};\n`,
  );
  return `{\n${lines.join('')}${pad}}`;
}

function keyOf(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`;
}
