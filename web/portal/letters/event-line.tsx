import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '#web/api/queries.ts';
import { money, time } from '#web/ui/format.ts';
import { type Data, type Event, listedIn, sentenceOf, valuesOf } from './event-facts.ts';
import classes from './letters.module.css';

/** One thing that happened: when, what, to what, and by whom. */
export function EventLine({ event }: { event: Event }) {
  const { t } = useTranslation('letters');
  const { data: account } = useQuery(ask('GET /v1/account', {}));
  const { t: common } = useTranslation();
  const data = (event.data ?? {}) as Data;
  const values = valuesOf(event, (value) => money(value, String(data['currency'] ?? account?.currency ?? 'EUR')));
  const words = {
    mode: values.modes.map((mode) => common(`mode.${mode}`)).join(', '),
    kind: t(`activity.order.${String(data['kind'] ?? 'mailboxes')}`),
    role: t(`activity.role.${String(data['role'] ?? 'technical')}`),
  };
  const { shown, rest } = listedIn(event);
  return (
    <li className={classes['day'] ?? ''}>
      <Text size="sm" c="dimmed" className="numbers">
        <time dateTime={event.at}>{time(event.at)}</time>
      </Text>
      <div>
        <Text size="sm">
          {t([`activity.told.${sentenceOf(event)}`, 'activity.told.other'], { ...values, ...words })}
        </Text>
        {shown !== '' && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {shown}
            {rest > 0 && ` ${t('activity.more', { count: rest })}`}
          </Text>
        )}
        <Text size="xs" c="dimmed">
          {t(`activity.by.${actorOf(event)}`, { name: event.actor_name ?? event.actor })}
        </Text>
      </div>
    </li>
  );
}

const actors = ['user', 'operator', 'token', 'provider', 'link'];

function actorOf({ actor, actor_name }: Event): string {
  const [who = ''] = actor.split(':');
  if (who === 'user' && actor_name === null) return 'somebody';
  return actors.includes(who) ? who : 'system';
}
