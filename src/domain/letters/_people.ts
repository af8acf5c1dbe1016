import { button, facts, list, note, text, type Writer, when } from './_draft.ts';
import type { Listed } from './types.ts';

export const methodAdded: Writer<'method_added'> = (data, voice) => {
  const values = { method: voice.method(data.method), at: voice.moment(data.addedAt) };
  const blocks = [
    text('method_added.lead'),
    text(data.isDefault ? 'method_added.default' : 'method_added.backup'),
    button('say.open_portal', data.portalUrl),
    note('say.not_you'),
  ];
  return { tone: 'good', values, blocks };
};

export const methodExpiring: Writer<'method_expiring'> = (data, voice) => {
  const values = {
    method: voice.method(data.method),
    expiresOn: voice.day(data.expiresOn),
    days: data.daysLeft,
    renewsOn: data.nextRenewalOn ? voice.day(data.nextRenewalOn) : 'none',
  };
  const blocks = [
    text('method_expiring.lead'),
    text('method_expiring.todo'),
    button('way.method.button', data.methodUrl),
  ];
  return { tone: 'warning', values, blocks };
};

export const methodUnfit: Writer<'method_unfit'> = (data, voice) => {
  const { methods, renewals, currency, instead, methodUrl } = data;
  const [first] = renewals;
  const values = {
    count: methods.length,
    days: renewals.length,
    firstOn: first ? voice.day(first.on) : '',
    gross: voice.money(
      renewals.reduce((sum, { gross }) => sum + gross, 0n),
      currency,
    ),
    instead: instead ? voice.method(instead) : '',
  };
  const unfit = list('list.methods', listedHere(methods, methodUrl), ({ method, why }) => ({
    main: voice.method(method),
    detail: voice.word(`method_unfit.why.${why}`),
    amount: '',
  }));
  const blocks = [
    text('method_unfit.lead'),
    ...when(methods.length > 0, unfit),
    text(instead ? 'method_unfit.instead' : 'method_unfit.todo'),
    button('way.method.button', methodUrl),
    list('list.due', listedHere(renewals, data.portalUrl), ({ on, mailboxes, gross }) => ({
      main: voice.day(on),
      detail: voice.word('method_unfit.mailboxes', { count: mailboxes }),
      amount: voice.money(gross, currency),
    })),
  ];
  return { tone: instead ? 'calm' : 'warning', values, blocks };
};

function listedHere<Row>(rows: readonly Row[], url: string): Listed<Row> {
  return { count: rows.length, rows, url };
}

export const methodRemoved: Writer<'method_removed'> = (data, voice) => {
  const values = {
    method: voice.method(data.method),
    by: data.removedBy,
    at: voice.moment(data.removedAt),
    next: data.nextDefault ? voice.method(data.nextDefault) : '',
  };
  const blocks = [
    text('method_removed.lead'),
    text(data.nextDefault ? 'method_removed.next' : 'method_removed.none'),
    button('way.method.button', data.methodUrl),
    note('say.not_you'),
  ];
  return { tone: data.nextDefault ? 'calm' : 'warning', values, blocks };
};

export const newDevice: Writer<'new_device'> = (data, voice) => {
  const values = { user: data.user };
  const blocks = [
    text('new_device.lead'),
    facts(['label.when', voice.moment(data.at)], ['label.device', data.device], ['label.address', data.address]),
    text('new_device.todo'),
    button('new_device.button', data.sessionsUrl),
  ];
  return { tone: 'calm', values, blocks };
};

const whatToDo: { readonly [what: string]: 'replace' | 'moved' | 'reclaim' } = {
  passkey_copied: 'replace',
  address_changed: 'moved',
  password_changed: 'reclaim',
};

export const secondFactorChanged: Writer<'second_factor_changed'> = (data, voice) => {
  const values = { what: data.what, name: data.name };
  const isCopied = data.what === 'passkey_copied';
  const isMoved = data.what === 'address_changed';
  const blocks = [
    text('second_factor_changed.lead'),
    facts(['label.when', voice.moment(data.at)], ['label.device', data.device], ['label.address', data.address]),
    text(`second_factor_changed.${whatToDo[data.what] ?? 'todo'}`),
    // Who reads this at the old address does not come in with it any more.
    ...when(!isMoved, button('second_factor_changed.button', data.securityUrl)),
  ];
  return { tone: isCopied ? 'warning' : 'calm', values, blocks };
};

export const passwordReset: Writer<'password_reset'> = (data, voice) => {
  const values = { user: data.user, expires: voice.moment(data.expiresAt), address: data.address };
  const blocks = [
    text('password_reset.lead'),
    button('password_reset.button', data.link),
    text('password_reset.expires'),
    note('password_reset.note'),
  ];
  return { tone: 'calm', values, blocks };
};

export const invitation: Writer<'invitation'> = (data, voice) => {
  const values = {
    by: data.invitedBy,
    customer: data.customer.name,
    role: data.role,
    expires: voice.moment(data.expiresAt),
  };
  const blocks = [
    text('invitation.lead'),
    text('invitation.meaning'),
    button('invitation.button', data.link),
    note('invitation.note'),
  ];
  return { tone: 'calm', values, blocks };
};
