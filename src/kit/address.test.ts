import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isAddress, parseAddress, parseSender } from '#kit/address.ts';

test('an address we write to comes back ready to be used', () => {
  const known: [string, string][] = [
    ['anna.rossi@cliente.it', 'anna.rossi@cliente.it'],
    ['Anna+Fatture@Cliente.IT', 'Anna+Fatture@cliente.it'],
    ["o'neil@mail.example.co.uk", "o'neil@mail.example.co.uk"],
    ['info@Bücher.de', 'info@xn--bcher-kva.de'],
    ['info@xn--bcher-kva.de', 'info@xn--bcher-kva.de'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ];
  for (const [text, address] of known) assert.equal(parseAddress(text), address);
});

test('what is no address, or one we would not write to, is none', () => {
  const none = [
    ...['', 'anna', '@x.it', 'anna@', 'anna@localhost', 'anna@x..it', 'anna@.x.it', 'anna@x.it.', 'a b@x.it'],
    ...['.anna@x.it', 'anna.@x.it', 'an..na@x.it', '"anna"@x.it', 'anna@[127.0.0.1]', 'anna@127.0.0.1', 'anna@-x.it'],
    ...['anna@x-.it', 'anna@x_y.it', 'a@b@x.it', 'anna@x.it\r\nBcc: b@x.it', 'anna@x.it,b@x.it', 'Anna <anna@x.it>'],
    ...['anna@x.it ', 'à@x.it', 'anna@x%2eit', 'anna@x.it:25', 'anna@x.it/y', `${'a'.repeat(65)}@x.it`, 'a\0@x.it'],
    ...[`a@${'b'.repeat(64)}.it`, `a@${'b.'.repeat(125)}itit`],
  ];
  for (const text of none) assert.equal(isAddress(text), false, JSON.stringify(text));
});

test('an accepted address is plain ASCII without spaces, at most 254 long, and stays itself', () => {
  const texts = fc.oneof(
    fc.emailAddress(),
    fc.string({ unit: 'binary' }).map((text) => `a@${text}.it`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const address = parseAddress(text);
      if (address === null) return;
      assert.match(address, /^[\x21-\x7e]{3,254}$/);
      assert.equal(parseAddress(address), address);
    }),
    { numRuns: 50 },
  );
});

test('a sender is an address with or without a name', () => {
  assert.deepEqual(parseSender('a@x.it'), { name: '', address: 'a@x.it' });
  assert.deepEqual(parseSender('Rinnovo S.p.A. <a@x.it>'), { name: 'Rinnovo S.p.A.', address: 'a@x.it' });
  assert.deepEqual(parseSender('"Rinnovo, Italia" <a@x.it>'), { name: 'Rinnovo, Italia', address: 'a@x.it' });
  for (const text of ['', 'Rinnovo', 'R <a>', 'R\r\nBcc: b@x.it <a@x.it>', 'R <a@x.it> b'])
    assert.equal(parseSender(text), null);
});
