import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { registerUsers } from '#domain/identity/register.ts';
import { transaction } from '#kit/db.ts';
import type { Authenticator } from '#spec/authenticator.ts';
import { type Answer, ask, type Caller, origin, signedIn, type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, password } from '#spec/http/town.ts';

/** A town to which people come who may have passkeys, and what they do with them. */
export async function openPasskeys(owner: { after(done: () => Promise<void>): void }) {
  const server = await testServer(owner);
  const town = await buildTown(owner, server);
  let people = 0;

  /** Somebody new at ALPHA, signed in with their password. */
  async function newcomer(): Promise<{ email: string; as: Caller }> {
    const email = `newcomer${++people}@alpha.example`;
    const membership = { customerId: town.alpha.customerId, role: 'billing' } as const;
    const draft = { email, name: 'New Comer', language: 'en', password, now: server.time.now };
    await transaction(server.database.system, (tx) => registerUsers(tx, [{ ...draft, memberships: [membership] }]));
    return { email, as: await signedIn(server, email, password) };
  }

  async function add(as: Caller, by: Authenticator, name = 'A device'): Promise<Answer> {
    const { body } = await ask(server, 'POST /v1/me/passkey-challenges', { as });
    return ask(server, 'POST /v1/me/passkeys', { as, payload: { name, passkey: by.create(body, { origin }) } });
  }

  /** A browser that begins to sign in: what it is asked, and its cookie. */
  async function challenge() {
    const answer = await ask(server, 'POST /v1/passkey-challenges');
    assert.equal(answer.status, 201);
    return { asked: answer.body, browser: { cookie: cookiesOf(answer) } };
  }

  function open(browser: Caller, passkey: object): Promise<Answer> {
    return ask(server, 'POST /v1/passkey-sessions', { as: browser, payload: { passkey } });
  }

  async function enterWith(by: Authenticator) {
    const { asked, browser } = await challenge();
    const answer = await open(browser, by.get(asked, { origin }));
    return { answer, caller: { cookie: cookiesOf(answer) } };
  }

  /** What became known about ALPHA's people, newest first. */
  async function trail(): Promise<{ actor: string; data: Record<string, unknown> }[]> {
    const as = await signedIn(server, 'admin@alpha.example', password);
    return (await ask(server, 'GET /v1/events?type=people.changed', { as })).body.items;
  }

  return { server, newcomer, add, challenge, open, enterWith, trail };
}

/** The text of the newest letter of a kind to somebody, as it was written. */
export async function lastLetter(
  { database }: TestServer,
  email: string,
  kind = 'second_factor_changed',
): Promise<string> {
  const { rows } = await sql<{ body: string }>`
    select body from letters where recipient = ${email} and kind = ${kind}
     order by letter_id desc limit 1`.execute(database.system);
  return rows[0]?.body ?? '';
}

/** How it ended: the status and the code. */
export function outcome({ status, body }: Answer): [number, string] {
  return [status, body?.code];
}

export function cookiesOf({ headers }: Answer): string {
  const cookies = [headers['set-cookie']].flat() as (string | undefined)[];
  return cookies.map((cookie) => cookie?.split(';')[0] ?? '').join('; ');
}
