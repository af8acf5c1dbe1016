import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { type Mailer, MailUnavailable, type OutgoingLetter } from '#domain/letters/mailer.ts';

/** A letter as its reader got it. */
export type ReceivedLetter = {
  to: string[];
  subject: string;
  html: string;
  text: string;
  language: string;
  source: string;
};

/** What a mailer's suite must bring: the mailer, what arrived, and a mail server that can misbehave. */
export type MailerWorld = {
  mailer: Mailer;
  /** Every copy that arrived with this Message-ID. */
  received(messageId: string): Promise<ReceivedLetter[]>;
  /** The server says so to the next letter: no for good, no for now, nothing although it took the letter. */
  misbehave(how: 'refused' | 'later' | 'lost_answer'): void;
  /** A mailer whose server is not there. */
  unreachable(): Mailer;
};

/** What every mailer must keep. `makeWorld` is called once. */
export function mailerContract(name: string, makeWorld: () => Promise<MailerWorld>): void {
  describe(`mailer ${name}`, () => {
    let made: Promise<MailerWorld> | undefined;
    const world = () => {
      made ??= makeWorld();
      return made;
    };
    arrival(world);
    refusals(world);
    lostAnswers(world);
  });
}

type World = () => Promise<MailerWorld>;

function letter(change: Partial<OutgoingLetter> = {}): OutgoingLetter {
  return {
    messageId: `<letter-${randomUUID()}@rinnovo.example>`,
    to: 'anna.rossi@cliente.example',
    from: '"Rinnovo S.p.A." <fatture@rinnovo.example>',
    subject: 'La tua fattura 2027/17 è pronta: 36,48 €',
    html: '<p>Ciao Anna, più <b>niente</b> da fare.</p>',
    text: 'Ciao Anna, più niente da fare.\n.\nUna riga che comincia con un punto.\n',
    language: 'it',
    ...change,
  };
}

function arrival(world: World): void {
  test('a letter arrives as it was written, with its Message-ID and language (R33, R34)', async () => {
    const { mailer, received } = await world();
    const sent = letter();
    assert.equal(await mailer.send(sent), 'accepted');
    const [got, ...more] = await received(sent.messageId);
    assert.deepEqual(more, []);
    assert.ok(got);
    assert.deepEqual(got.to, [sent.to]);
    assert.equal(got.subject, sent.subject);
    assert.equal(got.html.trim(), sent.html);
    assert.equal(got.text.trim(), sent.text.trim());
    assert.equal(got.language, 'it');
    assert.match(got.source, /^From: "?Rinnovo S\.p\.A\."? <fatture@rinnovo\.example>\r$/m);
    assert.match(got.source, /^Auto-Submitted: auto-generated\r$/m);
  });

  test('an address with an international domain is written to in its ASCII form', async () => {
    const { mailer, received } = await world();
    const sent = letter({ to: 'info@Bücher.example' });
    assert.equal(await mailer.send(sent), 'accepted');
    assert.deepEqual((await received(sent.messageId))[0]?.to, ['info@xn--bcher-kva.example']);
  });

  test('300 letters at once arrive once each', async () => {
    const { mailer, received } = await world();
    const letters = Array.from({ length: 300 }, () => letter());
    const answers = await Promise.all(letters.map((one) => mailer.send(one)));
    assert.ok(answers.every((answer) => answer === 'accepted'));
    const copies = await Promise.all(letters.map(async (one) => (await received(one.messageId)).length));
    assert.ok(copies.every((count) => count === 1));
  });
}

function refusals(world: World): void {
  test('a no for good is told apart from a no for now', async () => {
    const { mailer, received, misbehave } = await world();
    for (const [how, again] of [
      ['refused', false],
      ['later', true],
    ] as const) {
      const sent = letter();
      misbehave(how);
      const answer = await mailer.send(sent);
      assert.ok(answer !== 'accepted');
      assert.equal(answer.again, again);
      assert.notEqual(answer.refused, '');
      assert.deepEqual(await received(sent.messageId), []);
      if (again) assert.equal(await mailer.send(sent), 'accepted');
    }
  });

  test('what could smuggle a header or a second recipient never leaves', async () => {
    const { mailer, received } = await world();
    const smuggled = 'x\r\nBcc: all@victim.example';
    const bad: Partial<OutgoingLetter>[] = [
      { subject: smuggled },
      { to: 'a@b.example\r\nBcc: all@victim.example' },
      { to: 'a@b.example, all@victim.example' },
      { to: 'Anna <a@b.example>' },
      { from: `"${smuggled}" <a@b.example>` },
      { from: 'Rinnovo' },
      { language: smuggled },
    ];
    for (const change of bad) {
      const sent = letter(change);
      const answer = await mailer.send(sent);
      assert.ok(answer !== 'accepted', JSON.stringify(change));
      // The sender is our setting: its letters wait until it is mended.
      assert.equal(answer.again, 'from' in change);
      assert.deepEqual(await received(sent.messageId), []);
    }
    assert.ok((await mailer.send(letter({ messageId: `<a@b>${smuggled}` }))) !== 'accepted');
  });
}

function lostAnswers(world: World): void {
  test('a lost answer is unknown; it is not repeated by itself, and a repeat has the same Message-ID (P9)', async () => {
    const { mailer, received, misbehave } = await world();
    const sent = letter();
    misbehave('lost_answer');
    await assert.rejects(mailer.send(sent), MailUnavailable);
    assert.equal((await received(sent.messageId)).length, 1);
    assert.equal(await mailer.send(sent), 'accepted');
    assert.equal((await received(sent.messageId)).length, 2);
  });

  test('one lost answer does not disturb the letters beside it', async () => {
    const { mailer, received, misbehave } = await world();
    const letters = Array.from({ length: 50 }, () => letter());
    misbehave('lost_answer');
    const answers = await Promise.allSettled(letters.map((one) => mailer.send(one)));
    assert.equal(answers.filter((answer) => answer.status === 'rejected').length, 1);
    const copies = await Promise.all(letters.map(async (one) => (await received(one.messageId)).length));
    assert.ok(copies.every((count) => count === 1));
  });

  test('a server that is not there is unknown, never a refusal of the letter', async () => {
    const { unreachable } = await world();
    const mailer = unreachable();
    await assert.rejects(mailer.send(letter()), MailUnavailable);
    await mailer.close();
  });
}
