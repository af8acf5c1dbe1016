import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, testServer } from '#spec/http/server.ts';

test('who asks through a trusted proxy is counted by their own address, and nobody else may say theirs', async () => {
  const server = await testServer({ after }, { trustedProxies: ['10.1.0.0/16', '2001:db8::7'] });
  server.app.get('/address', { config: { access: 'public' } }, async ({ ip }) => ({ ip }));
  const seenFrom = async (remoteAddress: string, said: string) => {
    const headers = { 'x-forwarded-for': said };
    return (await ask(server, 'GET /address', { remoteAddress, headers })).body.ip;
  };
  assert.equal(await seenFrom('10.1.2.3', '198.51.100.7'), '198.51.100.7');
  assert.equal(await seenFrom('2001:db8::7', '198.51.100.7'), '198.51.100.7');
  assert.equal(await seenFrom('127.0.0.1', '198.51.100.7, 10.1.2.3'), '198.51.100.7', 'one behind the other');
  assert.equal(await seenFrom('10.1.2.3', '192.0.2.1, 198.51.100.7'), '198.51.100.7', 'what the caller made up');
  assert.equal(await seenFrom('10.2.0.1', '198.51.100.7'), '10.2.0.1', 'no proxy of ours');
});
