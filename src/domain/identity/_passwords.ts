import { argon2 as derive, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { refuse } from '#domain/identity/_refusals.ts';

const argon2 = promisify(derive);

/** Hashes a password with argon2id (19 MiB, two passes): `argon2id$<salt>$<hash>`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await slowly(() => argon2id(password, salt));
  return `argon2id$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Compares in constant time. Without a stored hash it works just as long, so that nobody can tell who has a login. */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const [, salt, hash] = (stored ?? nobody).split('$');
  const expected = Buffer.from(hash ?? '', 'base64url');
  const given = await slowly(() => argon2id(password, Buffer.from(salt ?? '', 'base64url')));
  return timingSafeEqual(given, expected) && stored !== null;
}

/** Refuses `weak_password`: shorter than 10 characters, longer than 200, one of the commonest, or the address itself. */
export function checkPassword(password: string, email: string): void {
  const plain = password.toLowerCase();
  const local = email.split('@')[0] ?? '';
  const rule =
    password.length < 10 || password.length > 200
      ? 'has 10 to 200 characters'
      : commonest.test(plain) || new Set(plain).size < 4
        ? 'is not one of the passwords tried first'
        : plain === email || (local.length > 3 && plain.replace(/[\d\W]+$/, '') === local)
          ? 'is not the e-mail address'
          : null;
  if (rule) throw refuse('weak_password', { fields: [{ name: 'password', rule }] });
}

function argon2id(password: string, nonce: Buffer): Promise<Buffer> {
  const message = password.normalize('NFKC');
  return argon2('argon2id', { message, nonce, memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 });
}

const nobody = `argon2id$${Buffer.alloc(16).toString('base64url')}$${Buffer.alloc(32).toString('base64url')}`;
const commonest = /^(password|passwort|qwert[yz]|letmein|welcome|benvenuto|iloveyou|admin|12345|abc123)[\d\W]*\w{0,4}$/;

// Each hash takes 19 MiB and a core for 40 ms: a crowd at the door waits in line instead of starving the rest.
const places = 2;
let working = 0;
const line: (() => void)[] = [];

async function slowly<T>(work: () => Promise<T>): Promise<T> {
  if (line.length >= 200) throw refuse('too_many_attempts');
  if (working >= places) await new Promise<void>((enter) => line.push(enter));
  else working++;
  try {
    return await work();
  } finally {
    const next = line.shift();
    if (next) next();
    else working--;
  }
}
