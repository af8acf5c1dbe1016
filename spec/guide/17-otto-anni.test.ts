import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

const [thirtyFirst, leapDay] = ['31@anna.example', '29@anna.example'];

story(
  {
    file: import.meta.filename,
    rules: 'R13 P15',
    title: '31 January and 29 February, for eight years',
    about: `Terms are counted from the anchor, never from the last shortened date: the 31st comes back after every short month,
the 29th of February in every leap year. The worker wakes on the days on which something is due.`,
    today: '2028-02-29',
    detail: 'documents',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [thirtyFirst]: ['monthly', '2028-01-31', '2028-02-29'],
      [leapDay]: ['yearly', '2024-02-29', '2028-02-29'],
    });
    await anna.registerMethod('success');
    await world.soon([
      'methods.started',
      'methods.registered',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    const ends = { [thirtyFirst]: [] as string[], [leapDay]: [] as string[] };
    while (world.clock().on.toString() < '2036-02-29') {
      const expiries = await Promise.all(
        [thirtyFirst, leapDay].map(async (box) => (await anna.mailbox(box)).expiresOn),
      );
      await world.leapTo(expiries.sort()[0] as string);
    }
    for (const box of [thirtyFirst, leapDay]) ends[box] = (await anna.terms(box)).map((term) => term.slice(13, 23));

    assert.deepEqual(ends[leapDay], [
      ...['2029-02-28', '2030-02-28', '2031-02-28', '2032-02-29', '2033-02-28', '2034-02-28', '2035-02-28'],
      ...['2036-02-29', '2037-02-28'],
    ]);
    const lastDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    const expected = Array.from({ length: 97 }, (_, i) => {
      const [year, month] = [2028 + Math.floor((i + 2) / 12), (i + 2) % 12];
      const last = month === 1 && year % 4 === 0 ? 29 : lastDays[month];
      return `${year}-${String(month + 1).padStart(2, '0')}-${last}`;
    });
    assert.deepEqual(ends[thirtyFirst], expected);
    assert.equal(await anna.balance(), '0.00');
  },
);
