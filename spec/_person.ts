import assert from 'node:assert/strict';
import { registerUsers } from '#domain/identity/register.ts';
import { registerMailboxes, registerPlatforms } from '#domain/platforms/register.ts';
import type { Mode } from '#domain/platforms/types.ts';
import { transaction } from '#kit/db.ts';
import { customer, day } from '#spec/build.ts';
import { lookAt } from './_person-look.ts';
import { moneyActs } from './_person-money.ts';
import { serviceActs } from './_person-service.ts';
import type { Core } from './_world-core.ts';

export type PersonDraft = { language?: string; country?: string; vatNumber?: string };

/** A mailbox that is there already: its mode, the start and the end of its term. */
export type MailboxTerm = readonly [mode: Mode, startsOn: string, expiresOn: string];

export type Person = Awaited<ReturnType<typeof createPerson>>;

export type Place = { customerId: bigint; userId: bigint; name: string };

/** A customer of the story, with what such a person does and sees. Every act goes through row-level security. */
export async function createPerson(core: Core, name: string, draft: PersonDraft) {
  const { db, act, notebook, moment } = core;
  const email = `${name.toLowerCase()}@example.com`;
  const { language = 'en' } = draft;
  const place = await transaction(db, async (tx): Promise<Place> => {
    const customerId = await customer(tx, { code: name, name, email, language, ...draft });
    const role = { customerId, role: 'admin' as const };
    const [userId] = await registerUsers(tx, [{ email, name, language, memberships: [role], now: moment().at }]);
    assert(userId);
    return { customerId, userId, name };
  });
  const { customerId } = place;
  return {
    ...place,
    ...serviceActs(core, place),
    ...moneyActs(core, place),
    ...lookAt(core, place),
    /** A platform whose mailboxes were granted their present term before the story begins. */
    platform: async (platform: string, mailboxes: Record<string, MailboxTerm>) => {
      const { productId, planId } = await soldPlan(core);
      const ids = await transaction(db, async (tx) => {
        const [platformId] = await registerPlatforms(tx, act('operator:1'), [
          { customerId, name: platform, productId },
        ]);
        assert(platformId);
        const drafts = Object.entries(mailboxes).map(([address, [mode, startsOn, expiresOn]]) => {
          const days = { anchorOn: day(startsOn), expiresOn: day(expiresOn) };
          const termMode = isLong(startsOn, expiresOn) ? ('yearly' as const) : ('monthly' as const);
          return { customerId, platformId, planId, address, mode, termMode, ...days };
        });
        return registerMailboxes(tx, act('operator:1'), drafts);
      });
      // They exist on the mail platform already.
      await core.platform.apply(
        Object.keys(mailboxes).map((address, i) => {
          const there = {
            platform,
            address,
            plan: 'exchange-2016',
            signIn: 'on',
            inbound: 'accept',
            exists: true,
          } as const;
          return { mailboxId: ids[i] as bigint, ...there };
        }),
      );
      const list = Object.entries(mailboxes).map(([address, [mode, startsOn, expiresOn]]) => {
        return `- ${address}, ${mode}, ${startsOn} → ${expiresOn}`;
      });
      notebook.write(moment().on, [`${name} has the platform \`${platform}\`:`, '', ...list].join('\n'));
    },
  };
}

function isLong(startsOn: string, expiresOn: string): boolean {
  return day(startsOn).until(day(expiresOn), { largestUnit: 'days' }).days > 31;
}

async function soldPlan({ db }: Core): Promise<{ productId: bigint; planId: bigint }> {
  return db
    .selectFrom('plans')
    .select(['product_id as productId', 'plan_id as planId'])
    .where('code', '=', 'exchange-2016')
    .executeTakeFirstOrThrow();
}
