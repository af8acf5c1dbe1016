/** ASN.1 in its one canonical form, as much as a certificate needs. */
export function sequence(...parts: Buffer[]): Buffer {
  return wrap(0x30, Buffer.concat(parts));
}

export function set(...parts: Buffer[]): Buffer {
  return wrap(0x31, Buffer.concat(parts));
}

export function tagged(number: number, inner: Buffer): Buffer {
  return wrap(0xa0 + number, inner);
}

export function integer(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return wrap(0x02, (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export function yes(): Buffer {
  return wrap(0x01, Buffer.of(0xff));
}

export function nothing(): Buffer {
  return wrap(0x05, Buffer.alloc(0));
}

export function utf8(text: string): Buffer {
  return wrap(0x0c, Buffer.from(text));
}

export function octets(inner: Buffer): Buffer {
  return wrap(0x04, inner);
}

export function bits(inner: Buffer): Buffer {
  return wrap(0x03, Buffer.concat([Buffer.of(0), inner]));
}

/** A moment, `2027-03-01T10:00:00Z`, as GeneralizedTime. */
export function time(at: string): Buffer {
  return wrap(0x18, Buffer.from(at.replace(/[-:T]/g, '')));
}

/** An object identifier such as `2.5.4.3`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return wrap(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function wrap(tag: number, inner: Buffer): Buffer {
  const size = inner.length;
  if (size < 0x80) return Buffer.concat([Buffer.of(tag, size), inner]);
  const bytes = Buffer.from(size.toString(16).padStart(size > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | bytes.length), bytes, inner]);
}
