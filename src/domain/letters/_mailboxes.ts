import { type Block, button, facts, list, mailboxRow, note, text, type Writer, when } from './_draft.ts';
import type { Method } from './types.ts';

export const ended: Writer<'ended'> = (data, voice) => {
  const values = {
    count: data.mailboxes.count,
    reason: data.reason,
    endedOn: voice.day(data.endedOn),
    deletedOn: data.deletedOn ? voice.day(data.deletedOn) : '',
    debt: voice.money(data.debt, data.currency),
  };
  const buyBack: Block[] = data.buyBackUrl ? [text('ended.buy_back'), button('say.buy_back', data.buyBackUrl)] : [];
  const blocks = [
    text('ended.lead'),
    text(data.deletedOn ? 'ended.kept' : 'ended.gone'),
    ...when(data.debt > 0n, text('ended.debt')),
    ...buyBack,
    list('list.mailboxes', data.mailboxes, mailboxRow),
  ];
  return { tone: 'grave', values, blocks };
};

export const deletionWarning: Writer<'deletion_warning'> = (data, voice) => {
  const values = { count: data.mailboxes.count, days: data.daysLeft, deletedOn: voice.day(data.deletedOn) };
  const blocks = [
    text('deletion_warning.lead'),
    text('deletion_warning.todo'),
    button('say.export', data.exportUrl),
    button('say.buy_back', data.buyBackUrl),
    list('list.mailboxes', data.mailboxes, mailboxRow),
    note('deletion_warning.note'),
  ];
  return { tone: 'grave', values, blocks };
};

export const renewalNotice: Writer<'renewal_notice'> = (data, voice) => {
  const money = (amount: bigint) => voice.money(amount, data.currency);
  const values = {
    count: data.renewals.count,
    days: data.daysLeft,
    firstOn: voice.day(data.firstOn),
    gross: money(data.gross),
    method: data.method ? voice.method(data.method) : '',
  };
  const blocks = [
    text('renewal_notice.lead'),
    text(`renewal_notice.${paidFrom(data)}`),
    facts(
      ['label.net', money(data.net)],
      ['label.vat', money(data.vat)],
      ['label.gross', money(data.gross)],
      ['label.credit', money(data.credit)],
    ),
    text('renewal_notice.change'),
    button('renewal_notice.button', data.modeUrl),
    list('list.renewals', data.renewals, (row) => ({
      main: row.address,
      detail: `${row.platform} · ${voice.mode(row.mode)} · ${voice.shortDay(row.renewsOn)}`,
      amount: money(row.net),
    })),
  ];
  return { tone: 'calm', values, blocks };
};

export const modeChanged: Writer<'mode_changed'> = (data, voice) => {
  const values = { count: data.changes.count, by: data.changedBy };
  const blocks = [
    text('mode_changed.lead'),
    text('mode_changed.meaning'),
    ...when(data.anyEnds, text('mode_changed.ends')),
    list('list.changes', data.changes, (row) => {
      const words = { from: voice.mode(row.from), to: voice.mode(row.to), day: voice.shortDay(row.effectiveOn) };
      const amount = row.net === null ? '' : voice.money(row.net, data.currency);
      return { main: row.address, detail: `${row.platform} · ${voice.word('mode_changed.row', words)}`, amount };
    }),
    button('mode_changed.button', data.changes.url),
  ];
  return { tone: 'calm', values, blocks };
};

export const terminationRecorded: Writer<'termination_recorded'> = (data, voice) => {
  const values = {
    platform: data.platform,
    by: data.recordedBy,
    count: data.mailboxes.count,
    lastOn: voice.day(data.lastOn),
  };
  const blocks = [
    text('termination_recorded.lead'),
    text('termination_recorded.meaning'),
    text('termination_recorded.undo'),
    button('termination_recorded.button', data.platformUrl),
    list('list.expiries', data.mailboxes, (row) => ({
      main: row.address,
      detail: voice.word('label.ends_on', { day: voice.shortDay(row.endsOn) }),
      amount: '',
    })),
  ];
  return { tone: 'warning', values, blocks };
};

export const terminationRevoked: Writer<'termination_revoked'> = (data, voice) => {
  const values = { platform: data.platform, by: data.revokedBy, count: data.mailboxes.count };
  const blocks = [
    text('termination_revoked.lead'),
    text('termination_revoked.meaning'),
    list('list.mailboxes', data.mailboxes, (row) => ({
      main: row.address,
      detail: voice.word('label.renewal', { mode: voice.mode(row.mode), day: voice.shortDay(row.renewsOn) }),
      amount: '',
    })),
    button('say.open_portal', data.portalUrl),
  ];
  return { tone: 'good', values, blocks };
};

export const priceAnnounced: Writer<'price_announced'> = (data, voice) => {
  const values = { validFrom: voice.day(data.validFrom), count: data.mailboxes };
  const prices = { count: data.prices.length, rows: data.prices, url: data.portalUrl };
  const blocks = [
    text('price_announced.lead'),
    text('price_announced.meaning'),
    list('list.prices', prices, (row) => ({
      main: row.plan,
      detail: `${voice.mode(row.mode)} · ${voice.word('price_announced.was', { was: voice.money(row.was, data.currency) })}`,
      amount: voice.money(row.becomes, data.currency),
    })),
    text('price_announced.todo'),
    button('price_announced.button', data.modeUrl),
  ];
  return { tone: 'calm', values, blocks };
};

type Paying = { credit: bigint; gross: bigint; method: Method | null };

function paidFrom({ credit, gross, method }: Paying): 'covered' | 'collected' | 'unpaid' {
  if (credit >= gross) return 'covered';
  return method ? 'collected' : 'unpaid';
}
