import { Temporal } from 'temporal-polyfill';
import type { Command } from '#cli/_main.ts';
import { inviteOperator } from '#domain/identity/register.ts';
import { isAddress } from '#kit/address.ts';
import { transaction } from '#kit/db.ts';
import { UsageError } from '#kit/errors.ts';

/** Gives one of our staff a login: prints a link, once, with which they choose their password (R35). */
export const command: Command = {
  summary: 'Gives one of the staff a login: prints a link, good for a week, to choose a password.',
  usage: ['operator add EMAIL'],
  positionals: [2, 2],
  async run(context, { positionals: [verb = '', email = ''] }) {
    if (verb !== 'add') throw new UsageError(`There is no operator ${verb}: use operator add EMAIL.`);
    if (!isAddress(email)) throw new UsageError(`${email} is not an e-mail address.`);
    const { system } = await context.database();
    // Links run out by the host's clock, wherever the sandbox's stands.
    const now = Temporal.Now.instant();
    const { token } = await transaction(system, (tx) => inviteOperator(tx, { email }, now));
    const link = `${context.settings.publicUrl}/password/${token}`;
    process.stdout.write(
      `${email} is an operator. Within a week, choose the password here; this is shown once:\n${link}\n`,
    );
  },
};
