import { isUtf8 } from 'node:buffer';
import { Transform } from 'node:stream';

/**
 * Lets bytes through line by line, leaving empty each line that is not UTF-8 and telling its number: a decoder would
 * put a question mark into somebody's name.
 */
export function utf8Lines(tell: (line: number) => void): Transform {
  let rest = Buffer.alloc(0);
  let line = 1;
  const check = (bytes: Buffer): Buffer => {
    const lines = isUtf8(bytes) ? [bytes] : splitLines(bytes);
    const checked = lines.map((one) => {
      const good = isUtf8(one);
      if (!good) tell(line);
      line += count(one, newline);
      return good ? one : blank;
    });
    return Buffer.concat(checked);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(newline) + 1;
      rest = bytes.subarray(end);
      done(null, check(bytes.subarray(0, end)));
    },
    flush(done) {
      done(null, check(rest));
    },
  });
}

const newline = 0x0a;
const blank = Buffer.from([newline]);

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start) + 1 || bytes.length;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}

function count(bytes: Buffer, wanted: number): number {
  let found = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) found++;
  return found;
}
