import { Temporal } from 'temporal-polyfill';
import type { Command } from '#cli/_main.ts';
import { operatorAct } from '#cli/_moment.ts';
import { ensureSeller } from '#cli/_setup.ts';
import type { Context } from '#cli/context.ts';
import { closeOperator, inviteOperator, listOperators, type OperatorLine } from '#domain/identity/operators.ts';
import { type OperatorRole, operatorRoles } from '#domain/identity/roles.ts';
import { isAddress } from '#kit/address.ts';
import { type Db, transaction } from '#kit/db.ts';
import { UsageError } from '#kit/errors.ts';

/** Gives one of our staff a login or a role, takes it away, and lists them; each change stands in the trail (R35, P8). */
export const command: Command = {
  summary:
    'Gives one of the staff a login (prints a link, good for a week, to choose a password) or another role; takes it away.',
  usage: ['operator add EMAIL [--role ROLE]', 'operator close EMAIL', 'operator list'],
  positionals: [1, 2],
  options: { role: { value: 'ROLE', describe: `of add: ${operatorRoles.join(', ')}; admin for who is new` } },
  async run(context, { positionals: [verb, email], text }) {
    const role = roleIn(text('role'));
    if (verb === 'add' && email !== undefined) return add(context, { email: addressIn(email), role });
    if (role === undefined && verb === 'close' && email !== undefined) return close(context, addressIn(email));
    if (role === undefined && verb === 'list' && email === undefined) return list(context);
    throw new UsageError('Use operator add EMAIL [--role ROLE], operator close EMAIL, or operator list.');
  },
};

async function add(
  context: Context,
  { email, role }: { email: string; role: OperatorRole | undefined },
): Promise<void> {
  const system = await open(context);
  const { invitation } = await transaction(system, async (tx) =>
    inviteOperator(tx, await operatorAct(tx), { email, role, now: hostNow() }),
  );
  const known = `${email} is an operator${role ? ` with the role ${role}` : ''}`;
  if (!invitation) return say(`${known} now.`);
  const link = `${context.settings.publicUrl}/password/${invitation.token}`;
  say(`${known}. Within a week, choose the password here; this is shown once:\n${link}`);
}

async function close(context: Context, email: string): Promise<void> {
  const system = await open(context);
  await transaction(system, async (tx) => closeOperator(tx, await operatorAct(tx), { email, now: hostNow() }));
  say(`${email} is no operator any more.`);
}

async function list(context: Context): Promise<void> {
  const system = await open(context);
  const operators = await transaction(system, listOperators);
  const width = Math.max(...operators.map(({ email }) => email.length));
  for (const operator of operators) {
    say(`${operator.email.padEnd(width)}  ${operator.role.padEnd(7)}  ${stateOf(operator)}`);
  }
}

function stateOf({ closed_at, invited, second_factor }: OperatorLine): string {
  if (closed_at) return `closed ${String(closed_at).slice(0, 10)}`;
  if (invited) return 'invited';
  return second_factor ? 'password, second factor' : 'password';
}

async function open(context: Context): Promise<Db> {
  const { system } = await context.database();
  await ensureSeller(system);
  return system;
}

/** Links run out, and logins end, by the host's clock, wherever the sandbox's stands. */
function hostNow(): Temporal.Instant {
  return Temporal.Now.instant();
}

function addressIn(text: string): string {
  if (isAddress(text)) return text;
  throw new UsageError(`${text} is not an e-mail address.`);
}

function roleIn(text: string | undefined): OperatorRole | undefined {
  const role = operatorRoles.find((each) => each === text);
  if (role || text === undefined) return role;
  throw new UsageError(`--role must be one of ${operatorRoles.join(', ')}, not ${text}.`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
