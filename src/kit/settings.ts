import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { parseSender } from '#kit/address.ts';
import { StartError } from '#kit/errors.ts';

/** What the person who runs Rinnovo decides, read once from the environment. Policies of the seller are not here. */
export type Settings = {
  home: string;
  host: string;
  port: number;
  mode: 'sandbox' | 'production';
  demo: boolean;
  secret: string;
  publicUrl: string;
  /** Addresses and ranges whose word for where a request comes from is taken, besides this machine's own. */
  trustedProxies: readonly string[];
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  workers: number;
  leaseSeconds: number;
  logLevel: string;
  databaseUrl: string | undefined;
  /** Keys of the payment providers; undefined where one is not used. */
  stripe: { secretKey: string; webhookSecrets: readonly string[] } | undefined;
  paypal: { clientId: string; clientSecret: string; webhookIds: readonly string[] } | undefined;
};

type Env = Record<string, string | undefined>;

const secrets = [
  ...['RINNOVO_SECRET', 'RINNOVO_SMTP_URL', 'DATABASE_URL', 'RINNOVO_STRIPE_KEY', 'RINNOVO_STRIPE_WEBHOOK_SECRETS'],
  ...['RINNOVO_PAYPAL_CLIENT_ID', 'RINNOVO_PAYPAL_CLIENT_SECRET', 'RINNOVO_PAYPAL_WEBHOOK_IDS'],
];
const known = new Set([
  ...['RINNOVO_HOME', 'RINNOVO_HOST', 'RINNOVO_PORT', 'RINNOVO_MODE', 'RINNOVO_DEMO', 'RINNOVO_PUBLIC_URL'],
  ...['RINNOVO_TRUSTED_PROXIES', 'RINNOVO_MAIL_FROM', 'RINNOVO_WORKERS', 'RINNOVO_LEASE_SECONDS', 'RINNOVO_LOG_LEVEL'],
  ...secrets.flatMap((name) => [name, `${name}_FILE`]),
]);
const checkout = join(import.meta.dirname, '..', '..');

/** Reads the settings; an unknown RINNOVO_ name or a bad value is a StartError of one sentence that names it. */
export function readSettings(env: Env): Settings {
  const unknown = Object.keys(env).find((name) => name.startsWith('RINNOVO_') && !known.has(name));
  if (unknown) throw new StartError(`${unknown} is not a setting of Rinnovo.`);
  const home = env['RINNOVO_HOME'] ? resolve(env['RINNOVO_HOME']) : join(checkout, 'data');
  const mode = oneOf(env, 'RINNOVO_MODE', ['sandbox', 'production']);
  const port = integer(env, 'RINNOVO_PORT', { least: 0, most: 65_535, otherwise: 8080 });
  const demo = oneOf(env, 'RINNOVO_DEMO', mode === 'sandbox' ? ['1', '0'] : ['0', '1']) === '1';
  if (demo && mode === 'production') throw new StartError('RINNOVO_DEMO=1 has no place in production.');
  return {
    home,
    host: env['RINNOVO_HOST'] || '127.0.0.1',
    port,
    mode,
    demo,
    secret: secretOf(env, 'RINNOVO_SECRET') ?? keptSecret(home),
    publicUrl: url(env['RINNOVO_PUBLIC_URL'], 'RINNOVO_PUBLIC_URL', /^https?:$/) ?? `http://localhost:${port}`,
    trustedProxies: proxies(env, 'RINNOVO_TRUSTED_PROXIES'),
    smtpUrl: url(secretOf(env, 'RINNOVO_SMTP_URL'), 'RINNOVO_SMTP_URL', /^smtps?:$/),
    mailFrom: sender(env, 'RINNOVO_MAIL_FROM'),
    workers: integer(env, 'RINNOVO_WORKERS', { least: 1, most: 64, otherwise: 2 }),
    leaseSeconds: integer(env, 'RINNOVO_LEASE_SECONDS', { least: 1, most: 3600, otherwise: 30 }),
    logLevel: oneOf(env, 'RINNOVO_LOG_LEVEL', ['info', 'trace', 'debug', 'warn', 'error', 'fatal', 'silent']),
    databaseUrl: url(secretOf(env, 'DATABASE_URL'), 'DATABASE_URL', /^postgres(ql)?:$/),
    stripe: stripeOf(env),
    paypal: paypalOf(env),
  };
}

/** Every key and password among the settings, for who must never tell one. */
export function secretsIn({ secret, smtpUrl, databaseUrl, stripe, paypal }: Settings): string[] {
  const passwords = [smtpUrl, databaseUrl].flatMap((each) => (each ? [each, new URL(each).password] : []));
  const keys = [
    stripe?.secretKey,
    paypal?.clientSecret,
    ...(stripe?.webhookSecrets ?? []),
    ...(paypal?.webhookIds ?? []),
  ];
  return [secret, ...passwords, ...keys].filter((each): each is string => Boolean(each));
}

function stripeOf(env: Env): Settings['stripe'] {
  const secretKey = secretOf(env, 'RINNOVO_STRIPE_KEY');
  const webhookSecrets = listOf(env, 'RINNOVO_STRIPE_WEBHOOK_SECRETS');
  if (!webhookSecrets.every((each) => each.startsWith('whsec_')))
    throw new StartError('RINNOVO_STRIPE_WEBHOOK_SECRETS must be signing secrets, each beginning with whsec_.');
  if (secretKey) return { secretKey, webhookSecrets };
  if (webhookSecrets.length === 0) return undefined;
  throw new StartError('RINNOVO_STRIPE_WEBHOOK_SECRETS is set, but RINNOVO_STRIPE_KEY is not.');
}

function paypalOf(env: Env): Settings['paypal'] {
  const clientId = secretOf(env, 'RINNOVO_PAYPAL_CLIENT_ID');
  const clientSecret = secretOf(env, 'RINNOVO_PAYPAL_CLIENT_SECRET');
  const webhookIds = listOf(env, 'RINNOVO_PAYPAL_WEBHOOK_IDS');
  if (clientId && clientSecret) return { clientId, clientSecret, webhookIds };
  if (!clientId && !clientSecret && webhookIds.length === 0) return undefined;
  throw new StartError('PayPal needs both RINNOVO_PAYPAL_CLIENT_ID and RINNOVO_PAYPAL_CLIENT_SECRET.');
}

/** Two at a time while one replaces the other, separated by a comma. */
function listOf(env: Env, name: string): string[] {
  return parts(secretOf(env, name));
}

function parts(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** The first of `allowed` is the default. */
function oneOf<const T extends readonly [string, ...string[]]>(env: Env, name: string, allowed: T): T[number] {
  const value = env[name] || allowed[0];
  if (!allowed.includes(value)) throw new StartError(`${name} is ${value}; it must be one of ${allowed.join(', ')}.`);
  return value;
}

type Range = { least: number; most: number; otherwise: number };

function integer(env: Env, name: string, { least, most, otherwise }: Range): number {
  const text = env[name];
  if (!text) return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new StartError(`${name} is ${text}; it must be a whole number from ${least} to ${most}.`);
}

function url(text: string | undefined, name: string, protocol: RegExp): string | undefined {
  if (!text) return undefined;
  // The value may hold a password: the sentence does not repeat it.
  if (!URL.canParse(text) || !protocol.test(new URL(text).protocol))
    throw new StartError(`${name} is not a valid address.`);
  return text.replace(/\/+$/, '');
}

function proxies(env: Env, name: string): string[] {
  const listed = parts(env[name]);
  const wrong = listed.find((each) => !isRange(each));
  if (wrong === undefined) return listed;
  throw new StartError(`${name} has ${wrong}; each must be an address or a range such as 10.0.0.0/8.`);
}

/** An address, or a range of some of them: whoever trusted all would let everybody say where they come from. */
function isRange(text: string): boolean {
  const [address = '', bits] = text.split('/', 2);
  const version = text.includes('%') ? 0 : isIP(address);
  if (version === 0 || bits === undefined) return version !== 0;
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128) && text === `${address}/${bits}`;
}

function sender(env: Env, name: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (parseSender(text)) return text;
  throw new StartError(`${name} is ${text}; it must be an address, or Name <address>.`);
}

/** A secret stands in the environment or in the file that NAME_FILE points to. */
function secretOf(env: Env, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return env[name] || undefined;
  if (env[name]) throw new StartError(`Set either ${name} or ${name}_FILE, not both.`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new StartError(`${name}_FILE points to ${file}, which cannot be read.`);
  }
}

/** The secret of this installation, made at the first start. */
function keptSecret(home: string): string {
  const file = join(home, 'secret');
  const mine = `${file}.${process.pid}`;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    writeFileSync(mine, randomBytes(32).toString('base64url'), { mode: 0o600 });
  }
  try {
    linkSync(mine, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was first: use its secret
  } finally {
    rmSync(mine, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}
