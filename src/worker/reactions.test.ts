import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventTypes } from '#domain/events/types.ts';
import { listReactions } from '#worker/reactions.ts';

test('every fact that is followed is listed with what follows, and no other', () => {
  const listed = [...listReactions({ secret: 'secret', publicUrl: 'http://localhost' }).keys()].sort();
  const followed = Object.entries(eventTypes).filter(([, what]) => what === 'followed');
  assert.deepEqual(listed, followed.map(([type]) => type).sort());
});
