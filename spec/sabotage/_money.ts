// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the text of files
import type { Sabotage } from './list.ts';

/** What goes wrong with money. */
export const moneySabotages: readonly Sabotage[] = [
  {
    name: 'numbers from a sequence',
    incident: 'invoice numbers skipped after a rollback (Paymenter #1244, odoo #90465)',
    file: 'src/domain/invoices/_numbers.ts',
    find: '    returning last`.execute(tx);',
    replace: "    returning nextval('ids') as last`.execute(tx);",
    tests: ['src/domain/invoices/numbers.test.ts'],
  },
  {
    name: 'credit all or nothing',
    incident: 'credit applied only if it covers everything (Paymenter #1024)',
    file: 'src/domain/invoices/decide.ts',
    find: '  return smaller(available, invoice.gross);',
    replace: '  return available < invoice.gross ? 0n : invoice.gross;',
    tests: ['src/domain/invoices/decide.test.ts', 'spec/guide/08-credito-parziale.test.ts'],
  },
  {
    name: 'the newest debt is paid first',
    incident: 'the old debt suspends although the customer paid',
    file: 'src/domain/invoices/_store.ts',
    find: '     order by d.customer_id, i.issued_at, i.invoice_id`.execute(tx);',
    replace: '     order by d.customer_id, i.issued_at desc, i.invoice_id desc`.execute(tx);',
    tests: ['src/domain/invoices/settle.test.ts'],
  },
  {
    name: 'no lock of the customer who acts',
    incident: 'credit spent twice by concurrent payments (invoiceninja #4411)',
    file: 'src/domain/ledger/lock.ts',
    find: `    update accounts set lock_version = lock_version + 1 where customer_id = \${customerId}
    returning customer_id as "customerId", currency, balance, alert_threshold as "alertThreshold"\``,
    replace: `    select customer_id as "customerId", currency, balance, alert_threshold as "alertThreshold"
      from accounts where customer_id = \${customerId}\``,
    tests: ['src/domain/orders/pay.test.ts', 'src/domain/payments/refunds.test.ts'],
  },
  {
    name: 'a page left open counts as paid',
    incident: 'a top-up granted unpaid (FOSSBilling #262)',
    file: 'src/domain/payments/_ask.ts',
    find: "  return outcome.state === 'declined' ? { charge, outcome } : { charge, later: 'offered' };",
    replace: "  return { charge, outcome: outcome.state === 'declined' ? outcome : { state: 'succeeded' } };",
    tests: ['spec/guide/11-buoni-d-ordine.test.ts'],
  },
  {
    name: 'less money pays an order',
    incident: 'a partial payment handled as full (OwnPay #192)',
    file: 'src/domain/orders/pay.ts',
    find: ' || payment.amount < order.gross ||',
    replace: ' ||',
    tests: ['src/domain/orders/pay.test.ts'],
  },
  {
    name: 'an order is paid twice',
    incident: 'the second payment of an order starts everything again, or is lost',
    file: 'src/domain/orders/pay.ts',
    find: '    orders.delete(order.orderId);\n',
    replace: '',
    tests: ['src/domain/orders/pay.test.ts'],
  },
  {
    name: 'a new key on retry',
    incident: 'the provider accepted, the answer was lost, and it is sent again (ai-shifu PR 2901)',
    file: 'src/domain/payments/_charges.ts',
    find: '  return `charge-${charge.chargeId}`;',
    replace: '  return `charge-${charge.chargeId}-${Math.random()}`;',
    tests: ['src/domain/payments/drive.test.ts'],
  },
  {
    name: 'no answer counts as a refusal',
    incident: 'an unknown outcome is charged again, and the customer pays twice',
    file: 'src/domain/payments/_ask.ts',
    find: '  if (error instanceof ProviderUnavailable) return unanswered(charge);',
    replace:
      "  if (error instanceof ProviderUnavailable) return { charge, outcome: { state: 'declined', code: 'timeout' } };",
    tests: ['spec/guide/10-incasso.test.ts'],
  },
  {
    name: 'money moves before its reference is stored',
    incident: 'provider accepted, local write failed, retried (ai-shifu PR 2901)',
    file: 'src/domain/payments/_flow.ts',
    find: '    if (!charge.providerRef) await store(',
    replace: '    if (!charge.providerRef) void store(',
    tests: ['src/domain/payments/flow.test.ts'],
  },
  {
    name: "anybody's charge is believed",
    incident: "a reference of somebody else's payment settles a debt",
    file: 'src/domain/payments/_ask.ts',
    find: '  return amount === charge.amount && currency === charge.currency && owner === String(charge.customerId);',
    replace: '  return amount === amount && currency === currency && owner === owner;',
    tests: ['src/domain/payments/drive.test.ts'],
  },
  {
    name: 'money heard of twice is booked twice',
    incident: 'webhooks out of order or twice (cashier-stripe #1201, FOSSBilling #3927)',
    file: 'src/domain/payments/finish.ts',
    find: "       and c.state in ('offered', 'created', 'submitted', 'unknown')\n",
    replace: '',
    tests: ['src/domain/payments/drive.test.ts', 'src/domain/orders/pay.test.ts'],
  },
  {
    name: 'a stale charge is sent',
    incident: 'paid by transfer in the morning, charged all the same in the afternoon',
    file: 'src/domain/payments/_claim.ts',
    find: '(account && -account.balance === charge.amount)',
    replace: '(account && charge.amount > 0n)',
    tests: ['src/domain/payments/drive.test.ts', 'src/domain/dunning/collection.test.ts'],
  },
];
