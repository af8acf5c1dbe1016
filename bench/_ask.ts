import { Agent, request } from 'node:http';
import type { User } from './_town.ts';

/** One answer: when it was asked for, how long it took until its last byte, and what came. */
export type Timed = { line: string; ms: number; status: number; body: string };

/** A browser at an address: it keeps up to six connections open, as browsers do. */
export type Browser = { ask(line: string, body?: object): Promise<Timed>; close(): void };

/** Opens one for somebody who is signed in. */
export function openBrowser(address: string, user: User): Browser {
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  const ask = (line: string, body?: object) => {
    const [method = '', path = ''] = line.split(' ');
    const from = performance.now();
    const headers = { cookie: user.cookie, ...(body && { 'content-type': 'application/json' }) };
    return new Promise<Timed>((resolve, reject) => {
      const sent = request(`${address}${path}`, { method, agent, headers }, (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          resolve({ line, ms: performance.now() - from, status: answer.statusCode ?? 0, body: text });
        });
      });
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  };
  return { ask, close: () => agent.destroy() };
}

/** What the portal asks for when a screen is opened: who is there first, then everything else at once. */
export const screens = {
  home: () => [
    ...[
      'GET /v1/clock',
      'GET /v1/platforms',
      'GET /v1/account',
      'GET /v1/orders?state=open',
      'GET /v1/payment-methods',
    ],
    'GET /v1/mailboxes?mode=none&state=active&sort=expires_on&limit=5',
    'GET /v1/mailboxes?state=suspended&sort=expires_on&limit=5',
    'GET /v1/forecast?months=2',
  ],
  modes: ({ platformId }: User) => [
    ...['GET /v1/clock', 'GET /v1/platforms', `GET /v1/platforms/${platformId}`, 'GET /v1/plans'],
    `GET /v1/mailboxes?platform_id=${platformId}&sort=address&limit=50`,
  ],
  account: () => [
    ...['GET /v1/clock', 'GET /v1/platforms', 'GET /v1/account', 'GET /v1/account/balances?months=12'],
    ...['GET /v1/account/movements?limit=25', 'GET /v1/withdrawals', 'GET /v1/payment-methods'],
  ],
  forecast: () => ['GET /v1/clock', 'GET /v1/platforms', 'GET /v1/forecast?months=12'],
} as const;

export type ScreenName = keyof typeof screens;

/** Opens a screen, and answers what each request took. */
export async function openScreen(browser: Browser, name: ScreenName, user: User): Promise<Timed[]> {
  const me = await browser.ask('GET /v1/me');
  return [me, ...(await Promise.all(screens[name](user).map((line) => browser.ask(line))))];
}
