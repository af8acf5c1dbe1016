import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { formatDecimal } from '#kit/money.ts';
import { mailboxNow, statementOf } from '#spec/read.ts';
import type { Place } from './_person.ts';
import { idsOf, platformOf } from './_person-service.ts';
import type { Core } from './_world-core.ts';

/** What a person can see. Amounts are decimals, as people read them. */
export function lookAt(core: Core, { customerId }: Place) {
  const { db } = core;
  let seenLetter = 0n;
  return {
    balance: async (): Promise<string> => {
      const account = await db
        .selectFrom('accounts')
        .select('balance')
        .where('customer_id', '=', customerId)
        .executeTakeFirstOrThrow();
      return formatDecimal(account.balance, 'EUR');
    },
    /** The prepaid account, oldest movement first: `invoice -7.30 → -7.30`. */
    statement: async (): Promise<string[]> =>
      (await statementOf(db, customerId)).map(
        ({ cause, amount, after }) => `${cause} ${formatDecimal(amount, 'EUR')} → ${formatDecimal(after, 'EUR')}`,
      ),
    /** The kinds of the letters that arrived since the last look, in the order in which they were written. */
    letters: async (): Promise<string[]> => {
      const { rows } = await sql<{ id: bigint; kind: string }>`
        select c.id, l.kind from letters l join sandbox.caught_letters c on c.message_id = l.message_id
         where l.customer_id = ${customerId} and c.id > ${seenLetter} order by l.letter_id, c.id`.execute(db);
      for (const { id } of rows) if (id > seenLetter) seenLetter = id;
      return rows.map((row) => row.kind);
    },
    /** The invoices, oldest first: `F2027-000001 7.30`, with `(2.30 owed)` while something is. */
    invoices: async (): Promise<string[]> => {
      const { rows } = await sql<{ number: string; gross: bigint; due: bigint }>`
        select i.number, i.gross, coalesce(d.due, 0) as due from invoices i
          left join debts d on d.customer_id = i.customer_id and d.invoice_id = i.invoice_id
         where i.customer_id = ${customerId} order by i.number`.execute(db);
      return rows.map(({ number, gross, due }) => {
        const owed = due > 0n ? ` (${formatDecimal(due, 'EUR')} owed)` : '';
        return `${number} ${formatDecimal(gross, 'EUR')}${owed}`;
      });
    },
    /** The invoiced terms of a mailbox: `2027-02-28 → 2027-03-31 monthly 2.99`. */
    terms: async (address: string): Promise<string[]> => {
      const { rows } = await sql<{ startsOn: string; endsOn: string; mode: string; net: bigint }>`
        select t.starts_on::text as "startsOn", t.ends_on::text as "endsOn", t.mode, t.net
          from terms t join mailboxes m on m.customer_id = t.customer_id and m.mailbox_id = t.mailbox_id
         where m.customer_id = ${customerId} and m.address = ${address} and t.invoice_id is not null
         order by t.starts_on`.execute(db);
      return rows.map((row) => `${row.startsOn} → ${row.endsOn} ${row.mode} ${formatDecimal(row.net, 'EUR')}`);
    },
    /** A live mailbox: how it stands here, and what the mail platform really lets it do. */
    mailbox: async (address: string) => {
      const [mailboxId] = await idsOf(core, customerId, [address]);
      assert(mailboxId);
      const [remote] = await core.platform.observe([mailboxId]);
      const { state, mode, expiresOn, deleteOn } = await mailboxNow(db, mailboxId);
      const access = remote?.exists ? `sign-in ${remote.signIn}, mail ${remote.inbound}` : 'not on the mail platform';
      return { state, mode, expiresOn, deleteOn, access };
    },
    mailboxId: async (address: string): Promise<bigint> => {
      const [mailboxId] = await idsOf(core, customerId, [address]);
      assert(mailboxId);
      return mailboxId;
    },
    platformId: (platform: string): Promise<bigint> => platformOf(core, customerId, platform),
    /** How many messages the mail platform keeps in a mailbox. */
    messagesIn: async (address: string): Promise<number | null> => {
      const [mailboxId] = await idsOf(core, customerId, [address]);
      assert(mailboxId);
      return core.platform.countMessages(mailboxId);
    },
    /** Somebody writes to this address from outside. */
    receiveMail: (address: string) => core.platform.deliver(address),
    /** What the provider has taken in all. */
    taken: async (): Promise<string> => {
      const { rows } = await sql<{ amount: bigint }>`
        select coalesce(sum(amount), 0)::bigint as amount from sandbox.charges
         where owner = ${String(customerId)} and state = 'succeeded'`.execute(db);
      return formatDecimal(rows[0]?.amount ?? 0n, 'EUR');
    },
    /** The charges, oldest first: `declined insufficient_funds 7.30`. */
    charges: async (): Promise<string[]> => {
      const { rows } = await sql<{ state: string; code: string | null; amount: bigint }>`
        select state, decline_code as code, amount from charges where customer_id = ${customerId} order by charge_id`.execute(
        db,
      );
      return rows.map(({ state, code, amount }) =>
        [state, code, formatDecimal(amount, 'EUR')].filter(Boolean).join(' '),
      );
    },
  };
}
