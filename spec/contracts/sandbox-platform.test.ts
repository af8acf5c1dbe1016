import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { createSandboxPlatform, type PlatformFault } from '#adapters/provisioning/sandbox.ts';
import { provisioningContract } from '#spec/contracts/provisioning.ts';
import { freshDatabase } from '#spec/harness.ts';

const database = await freshDatabase({ after });
const now = () => Temporal.Instant.from('2027-03-08T09:00:00Z');
let broken: PlatformFault | undefined;
let refused: bigint | null = null;
const platform = createSandboxPlatform(database.system, {
  now,
  fault: () => {
    const once = broken;
    broken = undefined;
    return once;
  },
  refuse: ({ mailboxId }) => (mailboxId === refused ? 'no room' : undefined),
  slowMilliseconds: 1,
});

provisioningContract('sandbox', async () => ({
  platform,
  deliver: (address) => platform.deliver(address),
  loseAnswer: (when) => {
    broken = `timeout_${when}`;
  },
  refuse: (mailboxId) => {
    refused = mailboxId;
  },
}));

const box = {
  mailboxId: 1n,
  platform: 'hosted-ab12345-1',
  address: 'anna@cliente.example',
  plan: 'exchange-2016-50',
  signIn: 'on',
  inbound: 'accept',
  exists: true,
} as const;

test('content survives a suspension and goes with the mailbox (R21, R30)', async () => {
  await platform.apply([box]);
  await platform.deliver(box.address);
  await platform.apply([{ ...box, signIn: 'off', inbound: 'reject' }]);
  await platform.deliver(box.address);
  await platform.apply([box]);
  assert.equal(await platform.countMessages(1n), 1);
  await platform.apply([{ ...box, exists: false }]);
  assert.equal(await platform.countMessages(1n), null);
  await platform.apply([box]);
  assert.equal(await platform.countMessages(1n), 0);
});

test('calls over the same mailboxes and addresses at the same moment all end', async () => {
  const boxes = Array.from({ length: 200 }, (_, i) => ({
    ...box,
    mailboxId: 1_000_000n + BigInt(i),
    address: `p${i}@x.example`,
  }));
  const rivals = boxes.map((one) => ({ ...one, mailboxId: one.mailboxId + 1000n }));
  const calls = [boxes, boxes.toReversed(), rivals, boxes, rivals.toReversed()];
  const applied = await Promise.all(calls.map((call) => platform.apply(call)));
  const seen = await platform.observe([...boxes, ...rivals].map((one) => one.mailboxId));
  assert.equal(seen.filter((one) => one.exists).length, 200);
  for (const one of applied.flat()) assert.ok(one.ok || one.error !== undefined);
});
