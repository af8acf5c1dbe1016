// Written by tools/api-types.ts from the schemas of the API. Do not change it by hand.

export type Account = {
  customer: string;
  currency: string;
  balance: number;
  debt: number;
  deadline_at: string | null;
  alert_threshold: number | null;
  parked: boolean;
  top_up_minimum: number;
  withdrawable: number;
};

export type Customer = {
  customer_id: number;
  code: string;
  name: string;
  email: string;
  street: string;
  postal_code: string;
  city: string;
  country: string;
  vat_number: string;
  language: string;
  currency: string;
  created_at: string;
  balance: number;
  parked: boolean;
  mailboxes: number;
};

export type Mailbox = {
  mailbox_id: number;
  platform_id: number;
  platform: string;
  plan: string;
  plan_name: string;
  address: string;
  state: 'active' | 'suspended' | 'ended';
  suspended_for: 'expiry' | 'debt' | null;
  mode: 'monthly' | 'yearly' | 'none';
  later_mode: 'monthly' | 'yearly' | 'none' | null;
  previous_mode: 'monthly' | 'yearly' | null;
  expires_on: string;
  delete_on: string | null;
  platform_terminated: boolean;
  currency: string;
  next: {
    what: 'renews' | 'ends' | 'waits_for_payment' | 'has_no_price' | 'nothing';
    on: string | null;
    until: string | null;
    mode: 'monthly' | 'yearly' | null;
    net: number | null;
  };
};

export type PaymentMethod = {
  method_id: number;
  provider: string;
  kind: 'card' | 'paypal';
  state: 'pending' | 'valid' | 'expired' | 'failed' | 'removed';
  brand: string;
  last_four: string;
  expires_on: string | null;
  is_default: boolean;
  backup_rank: number | null;
  failure: string;
  wants_owner: boolean;
  registered_at: string;
};

export type Platform = {
  platform_id: number;
  name: string;
  product: {
    code: string;
    name: string;
  };
  state: 'open' | 'closed';
  terminated_at: string | null;
  termination_reason: string | null;
  created_at: string;
  closed_at: string | null;
  mailboxes: {
    active: number;
    suspended: number;
    ended: number;
  };
  modes: {
    monthly: number;
    yearly: number;
    none: number;
  };
  next_expiry_on: string | null;
  last_expiry_on: string | null;
};

export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  fields: readonly {
    name: string;
    rule: string;
  }[];
  request_id: string;
};

export type Api = {
  'DELETE /v1/me/passkeys/{id}': {
    params: { id: number };
    answer: null;
  };
  'DELETE /v1/me/second-factor': {
    answer: null;
  };
  'DELETE /v1/payment-methods/{id}': {
    params: { id: number };
    query?: { confirmed?: boolean };
    answer: null;
  };
  'DELETE /v1/people/{id}': {
    params: { id: number };
    answer: null;
  };
  'DELETE /v1/platforms/{id}/termination': {
    params: { id: number };
    answer: null;
  };
  'DELETE /v1/session': {
    answer: null;
  };
  'DELETE /v1/sessions/{id}': {
    params: { id: number };
    answer: null;
  };
  'DELETE /v1/tokens/{id}': {
    params: { id: number };
    answer: null;
  };
  'GET /v1/account': {
    answer: {
      customer: string;
      currency: string;
      balance: number;
      debt: number;
      deadline_at: string | null;
      alert_threshold: number | null;
      parked: boolean;
      top_up_minimum: number;
      withdrawable: number;
    };
  };
  'GET /v1/account/balances': {
    query?: { months?: number };
    answer: {
      from: string;
      until: string;
      before: number;
      days: readonly {
        on: string;
        balance: number;
      }[];
    };
  };
  'GET /v1/account/movements': {
    query?: { cursor?: string; limit?: number; format?: 'json' | 'csv' };
    answer: {
      items: readonly {
        number: number;
        at: string;
        cause: string;
        reference: string;
        amount: number;
        balance_before: number;
        balance_after: number;
      }[];
      next: string | null;
    };
  };
  'GET /v1/catalog': {
    answer: {
      plans: readonly {
        code: string;
        name: string;
        product: string;
        product_name: string;
        alignment: 'none' | 'first_of_month';
      }[];
      prices: readonly {
        plan: string;
        currency: string;
        valid_from: string;
        monthly: number;
        yearly: number;
      }[];
    };
  };
  'GET /v1/clock': {
    answer: {
      at: string;
      on: string;
    };
  };
  'GET /v1/credit-notes': {
    query?: { cursor?: string; limit?: number; from?: string; until?: string; format?: 'json' | 'csv' };
    answer: {
      items: readonly {
        credit_note_id: number;
        number: string;
        invoice_id: number;
        invoice: string;
        issued_on: string;
        currency: string;
        net: number;
        vat: number;
        gross: number;
        reason: string;
      }[];
      next: string | null;
    };
  };
  'GET /v1/credit-notes/{id}': {
    params: { id: number };
    answer: {
      credit_note_id: number;
      number: string;
      invoice_id: number;
      invoice: string;
      issued_on: string;
      currency: string;
      net: number;
      vat: number;
      gross: number;
      reason: string;
    };
  };
  'GET /v1/credit-notes/{id}/pdf': {
    params: { id: number };
    answer: unknown;
  };
  'GET /v1/customers': {
    query?: { cursor?: string; limit?: number; text?: string };
    answer: {
      items: readonly Customer[];
      next: string | null;
    };
  };
  'GET /v1/customers/{code}': {
    params: { code: string };
    answer: {
      customer_id: number;
      code: string;
      name: string;
      email: string;
      street: string;
      postal_code: string;
      city: string;
      country: string;
      vat_number: string;
      language: string;
      currency: string;
      created_at: string;
      balance: number;
      parked: boolean;
      mailboxes: number;
    };
  };
  'GET /v1/document-archives': {
    query?: {
      kind?: 'invoices' | 'credit-notes' | 'receipts';
      from?: string;
      until?: string;
      state?: 'open' | 'settled' | 'written_off';
    };
    answer: unknown;
  };
  'GET /v1/events': {
    query?: { cursor?: string; limit?: number; type?: string };
    answer: {
      items: readonly {
        event_id: number;
        type: string;
        at: string;
        actor: string;
        actor_name: string | null;
        data: unknown;
        names: {
          mailboxes: readonly string[];
          invoices: readonly string[];
          person: string | null;
        };
      }[];
      next: string | null;
    };
  };
  'GET /v1/forecast': {
    query?: { from?: string; months?: number; format?: 'json' | 'csv' | 'jsonl' | 'ics' };
    answer: {
      from: string;
      until: string;
      invoices: readonly {
        due_on: string;
        mailboxes: number;
        net: number;
        vat: number;
        gross: number;
        currency: string;
      }[];
      months: readonly {
        month: string;
        invoices: number;
        gross: number;
      }[];
    };
  };
  'GET /v1/invoice-lines': {
    answer: unknown;
  };
  'GET /v1/invoices': {
    query?: {
      cursor?: string;
      limit?: number;
      from?: string;
      until?: string;
      format?: 'json' | 'csv';
      state?: 'open' | 'settled' | 'written_off';
    };
    answer: {
      items: readonly {
        invoice_id: number;
        number: string;
        issued_on: string;
        deadline_at: string;
        order_id: number | null;
        currency: string;
        net: number;
        vat_rate_bp: number;
        vat: number;
        gross: number;
        due: number;
        state: 'open' | 'settled' | 'written_off';
      }[];
      next: string | null;
    };
  };
  'GET /v1/invoices/{id}': {
    params: { id: number };
    answer: {
      invoice_id: number;
      number: string;
      issued_on: string;
      deadline_at: string;
      order_id: number | null;
      currency: string;
      net: number;
      vat_rate_bp: number;
      vat: number;
      gross: number;
      due: number;
      state: 'open' | 'settled' | 'written_off';
      vat_note: string;
      lines: readonly {
        line_no: number;
        mailbox_id: number;
        address: string;
        platform: string;
        plan: string;
        mode: 'monthly' | 'yearly';
        starts_on: string;
        ends_on: string;
        net: number;
      }[];
    };
  };
  'GET /v1/invoices/{id}/pdf': {
    params: { id: number };
    answer: unknown;
  };
  'GET /v1/letters': {
    query?: { cursor?: string; limit?: number; kind?: string };
    answer: {
      items: readonly {
        letter_id: number;
        kind: string;
        language: string;
        recipient: string;
        subject: string;
        state: 'written' | 'sent' | 'refused' | 'withdrawn';
        written_at: string;
        sent_at: string | null;
      }[];
      next: string | null;
    };
  };
  'GET /v1/letters/{id}': {
    params: { id: number };
    answer: {
      letter_id: number;
      kind: string;
      language: string;
      recipient: string;
      subject: string;
      state: 'written' | 'sent' | 'refused' | 'withdrawn';
      written_at: string;
      sent_at: string | null;
      html: string;
      text: string;
    };
  };
  'GET /v1/mailboxes': {
    query?: {
      platform_id?: number;
      mode?: 'monthly' | 'yearly' | 'none';
      state?: 'active' | 'suspended' | 'ended';
      plan?: string;
      text?: string;
      cursor?: string;
      limit?: number;
      sort?: 'address' | '-address' | 'expires_on' | '-expires_on';
    };
    answer: {
      items: readonly Mailbox[];
      next: string | null;
      total: number | null;
    };
  };
  'GET /v1/mailboxes/{id}': {
    params: { id: number };
    answer: {
      mailbox_id: number;
      platform_id: number;
      platform: string;
      plan: string;
      plan_name: string;
      address: string;
      state: 'active' | 'suspended' | 'ended';
      suspended_for: 'expiry' | 'debt' | null;
      mode: 'monthly' | 'yearly' | 'none';
      later_mode: 'monthly' | 'yearly' | 'none' | null;
      previous_mode: 'monthly' | 'yearly' | null;
      expires_on: string;
      delete_on: string | null;
      platform_terminated: boolean;
      currency: string;
      next: {
        what: 'renews' | 'ends' | 'waits_for_payment' | 'has_no_price' | 'nothing';
        on: string | null;
        until: string | null;
        mode: 'monthly' | 'yearly' | null;
        net: number | null;
      };
      terms: readonly {
        starts_on: string;
        ends_on: string;
        mode: 'monthly' | 'yearly';
        net: number;
        invoice_id: number | null;
        invoice: string | null;
      }[];
    };
  };
  'GET /v1/me': {
    answer: {
      user_id: number;
      email: string;
      name: string;
      language: string;
      operator_role: string | null;
      second_factor: boolean;
      second_factors: readonly ('code' | 'passkey')[];
      fresh_at: string;
      customers: readonly {
        customer_id: number;
        code: string;
        name: string;
        role: string;
        permissions: readonly string[];
      }[];
    };
  };
  'GET /v1/me/passkeys': {
    answer: {
      items: readonly {
        passkey_id: number;
        name: string;
        created_at: string;
        used_at: string | null;
      }[];
    };
  };
  'GET /v1/me/second-factor': {
    answer: {
      active: boolean;
      authenticator: boolean;
      pending: boolean;
      recovery_codes_left: number;
    };
  };
  'GET /v1/open-charges': {
    query?: { cursor?: string; limit?: number; unknown?: boolean; ask?: boolean };
    answer: {
      items: readonly {
        charge_id: number;
        customer: string;
        customer_name: string;
        provider: string;
        provider_ref: string | null;
        method: string | null;
        order: string | null;
        amount: number;
        currency: string;
        state: 'created' | 'submitted' | 'unknown';
        created_at: string;
        checks: number;
        next_check_at: string | null;
        answer: {
          provider_ref: string | null;
          state: 'succeeded' | 'declined' | 'action_required' | 'pending' | null;
          code: string | null;
          amount: number | null;
          currency: string | null;
          refunded: number | null;
          problem: string | null;
        } | null;
      }[];
      next: string | null;
    };
  };
  'GET /v1/order-links/{link}': {
    params: { link: string };
    answer: {
      order_id: number;
      number: string;
      kind: 'top_up' | 'settlement' | 'mailboxes';
      state: 'open' | 'paid' | 'expired' | 'withdrawn';
      currency: string;
      net: number;
      vat_rate_bp: number;
      vat: number;
      gross: number;
      placed_at: string;
      expires_at: string;
      closed_at: string | null;
      lines: readonly {
        line_no: number;
        mailbox_id: number | null;
        platform_id: number;
        address: string;
        mode: 'monthly' | 'yearly';
        net: number;
      }[];
      transfer: {
        payee: string;
        iban: string;
        bic: string;
        reference: string;
      };
      ways: readonly {
        by: 'account' | 'method' | 'page' | 'transfer';
        method_id: number | null;
        kind: 'card' | 'paypal' | null;
        why:
          | 'expired'
          | 'failed'
          | 'revoked'
          | 'needs_authentication'
          | 'pending'
          | 'charge_under_way'
          | 'provider_missing'
          | 'currency_not_taken'
          | 'amount_too_small'
          | 'amount_too_large'
          | 'not_for_top_ups'
          | 'not_for_debts'
          | 'credit_too_low'
          | 'no_bank_account'
          | null;
      }[];
    };
  };
  'GET /v1/order-links/{link}/pdf': {
    params: { link: string };
    answer: unknown;
  };
  'GET /v1/orders': {
    query?: {
      cursor?: string;
      limit?: number;
      state?: 'open' | 'paid' | 'expired' | 'withdrawn';
      format?: 'json' | 'csv';
    };
    answer: {
      items: readonly {
        order_id: number;
        number: string;
        kind: 'top_up' | 'settlement' | 'mailboxes';
        state: 'open' | 'paid' | 'expired' | 'withdrawn';
        currency: string;
        net: number;
        vat_rate_bp: number;
        vat: number;
        gross: number;
        placed_at: string;
        expires_at: string;
        closed_at: string | null;
      }[];
      next: string | null;
    };
  };
  'GET /v1/orders/{id}': {
    params: { id: number };
    answer: {
      order_id: number;
      number: string;
      kind: 'top_up' | 'settlement' | 'mailboxes';
      state: 'open' | 'paid' | 'expired' | 'withdrawn';
      currency: string;
      net: number;
      vat_rate_bp: number;
      vat: number;
      gross: number;
      placed_at: string;
      expires_at: string;
      closed_at: string | null;
      lines: readonly {
        line_no: number;
        mailbox_id: number | null;
        platform_id: number;
        address: string;
        mode: 'monthly' | 'yearly';
        net: number;
      }[];
      link: string;
      transfer: {
        payee: string;
        iban: string;
        bic: string;
        reference: string;
      };
    };
  };
  'GET /v1/orders/{id}/payments': {
    params: { id: number };
    answer: {
      items: readonly {
        charge_id: number;
        state: string;
        amount: number;
        currency: string;
        page_url: string | null;
        decline_code: string | null;
        created_at: string;
        finished_at: string | null;
      }[];
    };
  };
  'GET /v1/orders/{id}/pdf': {
    params: { id: number };
    answer: unknown;
  };
  'GET /v1/parkings': {
    query?: { cursor?: string; limit?: number; open?: boolean };
    answer: {
      items: readonly {
        parking_id: number;
        customer: string;
        mailbox_id: number | null;
        mailbox: string | null;
        process: string;
        reason: string;
        parked_at: string;
        released_at: string | null;
        released_by: string | null;
        release_note: string | null;
      }[];
      next: string | null;
    };
  };
  'GET /v1/payment-methods': {
    answer: {
      items: readonly PaymentMethod[];
    };
  };
  'GET /v1/payment-ways': {
    query: { kind: 'top_up' | 'settlement' | 'mailboxes'; amount: number };
    answer: {
      items: readonly {
        by: 'account' | 'method' | 'page' | 'transfer';
        method_id: number | null;
        kind: 'card' | 'paypal' | null;
        why:
          | 'expired'
          | 'failed'
          | 'revoked'
          | 'needs_authentication'
          | 'pending'
          | 'charge_under_way'
          | 'provider_missing'
          | 'currency_not_taken'
          | 'amount_too_small'
          | 'amount_too_large'
          | 'not_for_top_ups'
          | 'not_for_debts'
          | 'credit_too_low'
          | 'no_bank_account'
          | null;
      }[];
    };
  };
  'GET /v1/people': {
    answer: {
      items: readonly {
        user_id: number;
        email: string;
        name: string;
        language: string;
        role: 'admin' | 'billing' | 'technical';
        second_factor: boolean;
        invited: boolean;
        created_at: string;
      }[];
    };
  };
  'GET /v1/plans': {
    answer: {
      items: readonly {
        code: string;
        name: string;
        product: string;
        product_name: string;
        alignment: 'none' | 'first_of_month';
        currency: string;
        price: {
          monthly: number;
          yearly: number;
          valid_from: string;
        } | null;
      }[];
    };
  };
  'GET /v1/platforms': {
    query?: { cursor?: string; limit?: number };
    answer: {
      items: readonly Platform[];
      next: string | null;
    };
  };
  'GET /v1/platforms/{id}': {
    params: { id: number };
    answer: {
      platform_id: number;
      name: string;
      product: {
        code: string;
        name: string;
      };
      state: 'open' | 'closed';
      terminated_at: string | null;
      termination_reason: string | null;
      created_at: string;
      closed_at: string | null;
      mailboxes: {
        active: number;
        suspended: number;
        ended: number;
      };
      modes: {
        monthly: number;
        yearly: number;
        none: number;
      };
      next_expiry_on: string | null;
      last_expiry_on: string | null;
    };
  };
  'GET /v1/platforms/{id}/termination': {
    params: { id: number };
    answer: {
      endings: readonly {
        ends_on: string;
        kept_until: string;
        mailboxes: number;
      }[];
      closes_on: string | null;
    };
  };
  'GET /v1/policy': {
    answer: {
      order_expiry_days: number;
      topup_minimum: number;
      price_notice_days: number;
      brake_reach_days: number;
      brake_amount: number | null;
      customer_ceiling: number | null;
      mode_cutoff: 'expiry' | '24h' | '19th';
      retention_days: number;
      deletion_letter_days: readonly number[];
      grace_days: number;
      retry_days: readonly number[];
      reminder_days: readonly number[];
      suspension_scope: 'invoice' | 'customer';
      debt_retention_days: number;
      ending_letter_days: readonly number[];
      method_notice_days: readonly number[];
      method_health_days: number;
      notice_days: number;
      long_notice_days: number;
    };
  };
  'GET /v1/provider-messages': {
    query?: { cursor?: string; limit?: number };
    answer: {
      items: readonly {
        message_id: number;
        provider: string;
        event_id: string;
        type: string;
        kind: string;
        ref: string;
        problem: string;
        set_aside: boolean;
        received_at: string;
      }[];
      next: string | null;
    };
  };
  'GET /v1/receipts': {
    query?: { cursor?: string; limit?: number; from?: string; until?: string; format?: 'json' | 'csv' };
    answer: {
      items: readonly {
        payment_id: number;
        provider: string;
        amount: number;
        currency: string;
        received_on: string;
        received_at: string;
        order_id: number | null;
        order: string | null;
      }[];
      next: string | null;
    };
  };
  'GET /v1/receipts/{id}/pdf': {
    params: { id: number };
    answer: unknown;
  };
  'GET /v1/runs': {
    query?: { cursor?: string; limit?: number };
    answer: {
      items: readonly {
        run_id: number;
        business_on: string;
        state: 'running' | 'held' | 'done' | 'superseded';
        reason: string | null;
        reach_days: number;
        mailboxes: number;
        amount: number | null;
        confirmed_by: string | null;
        confirmation: string | null;
        started_at: string;
        finished_at: string | null;
      }[];
      next: string | null;
    };
  };
  'GET /v1/seller': {
    answer: {
      name: string;
      street: string;
      postal_code: string;
      city: string;
      country: string;
      vat_number: string;
      email: string;
      iban: string;
      bic: string;
      time_zone: string;
      currency: string;
    };
  };
  'GET /v1/seller-events': {
    query?: { cursor?: string; limit?: number };
    answer: {
      items: readonly {
        event_id: number;
        type: string;
        at: string;
        actor: string;
        data: unknown;
      }[];
      next: string | null;
    };
  };
  'GET /v1/sessions': {
    answer: {
      items: readonly {
        session_id: number;
        current: boolean;
        created_at: string;
        seen_at: string;
        expires_at: string;
        address: string;
        agent: string;
      }[];
    };
  };
  'GET /v1/tokens': {
    answer: {
      items: readonly {
        token_id: number;
        user_id: number;
        name: string;
        scopes: readonly string[];
        created_at: string;
        used_at: string | null;
        expires_at: string | null;
        revoked_at: string | null;
      }[];
    };
  };
  'GET /v1/withdrawals': {
    answer: {
      items: readonly {
        refund_id: number;
        payment_id: number;
        amount: number;
        currency: string;
        state: 'created' | 'succeeded' | 'failed';
        reason: string;
        created_at: string;
        finished_at: string | null;
      }[];
    };
  };
  'PATCH /v1/customers/{code}': {
    params: { code: string };
    body: {
      name?: string;
      email?: string;
      country?: string;
      language?: 'it' | 'en' | 'fr' | 'de' | 'es' | 'pl' | 'pt';
      street?: string;
      postal_code?: string;
      city?: string;
      vat_number?: string;
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      customer_id: number;
      code: string;
      name: string;
      email: string;
      street: string;
      postal_code: string;
      city: string;
      country: string;
      vat_number: string;
      language: string;
      currency: string;
      created_at: string;
      balance: number;
      parked: boolean;
      mailboxes: number;
    };
  };
  'PATCH /v1/me': {
    body: {
      name?: string;
      language?: 'it' | 'en' | 'fr' | 'de' | 'es' | 'pl' | 'pt';
    };
    answer: null;
  };
  'PATCH /v1/me/passkeys/{id}': {
    params: { id: number };
    body: {
      name: string;
    };
    answer: null;
  };
  'PATCH /v1/people/{id}': {
    params: { id: number };
    body: {
      role: 'admin' | 'billing' | 'technical';
    };
    answer: null;
  };
  'PATCH /v1/plans/{code}': {
    params: { code: string };
    body: {
      name?: string;
      alignment?: 'none' | 'first_of_month';
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      code: string;
      name: string;
      product: string;
      product_name: string;
      alignment: 'none' | 'first_of_month';
    };
  };
  'PATCH /v1/policy': {
    body: {
      patch: Record<string, unknown>;
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      order_expiry_days: number;
      topup_minimum: number;
      price_notice_days: number;
      brake_reach_days: number;
      brake_amount: number | null;
      customer_ceiling: number | null;
      mode_cutoff: 'expiry' | '24h' | '19th';
      retention_days: number;
      deletion_letter_days: readonly number[];
      grace_days: number;
      retry_days: readonly number[];
      reminder_days: readonly number[];
      suspension_scope: 'invoice' | 'customer';
      debt_retention_days: number;
      ending_letter_days: readonly number[];
      method_notice_days: readonly number[];
      method_health_days: number;
      notice_days: number;
      long_notice_days: number;
    };
  };
  'PATCH /v1/seller': {
    body: {
      name?: string;
      street?: string;
      postal_code?: string;
      city?: string;
      country?: string;
      vat_number?: string;
      email?: string;
      iban?: string;
      bic?: string;
      time_zone?: string;
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      name: string;
      street: string;
      postal_code: string;
      city: string;
      country: string;
      vat_number: string;
      email: string;
      iban: string;
      bic: string;
      time_zone: string;
      currency: string;
    };
  };
  'POST /v1/bank-transfers': {
    body: {
      customer: string;
      order?: string | null;
      amount: number;
      reference: string;
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      recorded: boolean;
    };
  };
  'POST /v1/credit-notes': {
    body: {
      customer: string;
      invoice: string;
      net?: number | null;
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      credit_note_id: number;
      number: string;
      net: number;
      vat: number;
      gross: number;
    };
  };
  'POST /v1/customers': {
    body: {
      code: string;
      currency: string;
      name: string;
      email: string;
      country: string;
      language: 'it' | 'en' | 'fr' | 'de' | 'es' | 'pl' | 'pt';
      street?: string;
      postal_code?: string;
      city?: string;
      vat_number?: string;
      admin?: {
        email: string;
        name: string;
      };
      dry_run?: boolean;
    };
    answer: {
      customer_id: number;
      code: string;
      name: string;
      email: string;
      street: string;
      postal_code: string;
      city: string;
      country: string;
      vat_number: string;
      language: string;
      currency: string;
      created_at: string;
      balance: number;
      parked: boolean;
      mailboxes: number;
    };
  };
  'POST /v1/me/passkey-challenges': {
    answer: {
      challenge: string;
      rp: {
        id: string;
        name: string;
      };
      user: {
        id: string;
        name: string;
        displayName: string;
      };
      pubKeyCredParams: readonly {
        type: 'public-key';
        alg: number;
      }[];
      timeout: number;
      attestation: 'none';
      excludeCredentials: readonly {
        id: string;
        type: 'public-key';
        transports?: readonly string[];
      }[];
      authenticatorSelection: {
        residentKey: 'required';
        requireResidentKey: boolean;
        userVerification: 'required';
      };
    };
  };
  'POST /v1/me/passkeys': {
    body: {
      name: string;
      passkey: {
        id: string;
        rawId: string;
        type: 'public-key';
        authenticatorAttachment?: string | null;
        clientExtensionResults?: Record<string, unknown>;
        response: {
          clientDataJSON: string;
          attestationObject: string;
          transports?: readonly string[];
          authenticatorData?: string;
          publicKey?: string | null;
          publicKeyAlgorithm?: number;
        };
      };
    };
    answer: {
      passkey_id: number;
      recovery_codes: readonly string[];
    };
  };
  'POST /v1/me/recovery-codes': {
    answer: {
      recovery_codes: readonly string[];
    };
  };
  'POST /v1/me/second-factor': {
    answer: {
      secret: string;
      uri: string;
    };
  };
  'POST /v1/mode-changes': {
    body: {
      mailbox_ids?: readonly number[];
      filter?: {
        platform_id?: number;
        mode?: 'monthly' | 'yearly' | 'none';
        state?: 'active' | 'suspended' | 'ended';
        plan?: string;
        text?: string;
      };
      mode: 'monthly' | 'yearly' | 'none' | 'previous';
      results?: 'all' | 'refused';
      dry_run?: boolean;
    };
    answer: {
      counts: Record<string, number>;
      groups: readonly {
        outcome: 'changed' | 'unchanged' | 'refused' | 'unknown';
        code: string | null;
        from: 'monthly' | 'yearly' | 'none' | null;
        to: 'monthly' | 'yearly' | 'none' | null;
        effective_on: string | null;
        kept_until: string | null;
        old_net: number;
        new_net: number;
        mailbox_ids: readonly number[];
      }[];
      results: readonly {
        mailbox_id: number;
        address: string;
        outcome: 'changed' | 'unchanged' | 'refused' | 'unknown';
        code: string | null;
        detail: string | null;
        from: 'monthly' | 'yearly' | 'none' | null;
        to: 'monthly' | 'yearly' | 'none' | null;
        effective_on: string | null;
        kept_until: string | null;
        old_net: number | null;
        new_net: number | null;
      }[];
    };
  };
  'POST /v1/order-links/{link}/payment-pages': {
    params: { link: string };
    body: {
      kind: 'card' | 'paypal';
    };
    answer: {
      charge_id: number;
      url: string;
    };
  };
  'POST /v1/order-previews': {
    body: {
      lines: readonly (
        | {
            platform_id: number;
            plan: string;
            address: string;
            mode: 'monthly' | 'yearly';
          }
        | {
            mailbox_id: number;
            mode: 'monthly' | 'yearly';
          }
      )[];
    };
    answer: {
      currency: string;
      net: number;
      vat_rate_bp: number;
      vat: number;
      gross: number;
      vat_note: string;
      lines: readonly {
        line_no: number;
        mailbox_id: number | null;
        platform_id: number;
        address: string;
        mode: 'monthly' | 'yearly';
        net: number;
        plan: string;
        starts_on: string;
        ends_on: string;
        renewal: {
          on: string;
          net: number | null;
        };
      }[];
    };
  };
  'POST /v1/orders': {
    body:
      | {
          kind: 'top_up';
          amount: number;
          dry_run?: boolean;
        }
      | {
          kind: 'settlement';
          dry_run?: boolean;
        }
      | {
          kind: 'mailboxes';
          lines: readonly (
            | {
                platform_id: number;
                plan: string;
                address: string;
                mode: 'monthly' | 'yearly';
              }
            | {
                mailbox_id: number;
                mode: 'monthly' | 'yearly';
              }
          )[];
          dry_run?: boolean;
        };
    answer: {
      order_id: number;
      number: string;
      kind: 'top_up' | 'settlement' | 'mailboxes';
      state: 'open' | 'paid' | 'expired' | 'withdrawn';
      currency: string;
      net: number;
      vat_rate_bp: number;
      vat: number;
      gross: number;
      placed_at: string;
      expires_at: string;
      closed_at: string | null;
      lines: readonly {
        line_no: number;
        mailbox_id: number | null;
        platform_id: number;
        address: string;
        mode: 'monthly' | 'yearly';
        net: number;
      }[];
    };
  };
  'POST /v1/orders/{id}/payment-pages': {
    params: { id: number };
    body: {
      kind: 'card' | 'paypal';
    };
    answer: {
      charge_id: number;
      url: string;
    };
  };
  'POST /v1/orders/{id}/payments': {
    params: { id: number };
    body: {
      method_id?: number;
      dry_run?: boolean;
    };
    answer: {
      order_id: number;
      number: string;
      kind: 'top_up' | 'settlement' | 'mailboxes';
      state: 'open' | 'paid' | 'expired' | 'withdrawn';
      currency: string;
      net: number;
      vat_rate_bp: number;
      vat: number;
      gross: number;
      placed_at: string;
      expires_at: string;
      closed_at: string | null;
      lines: readonly {
        line_no: number;
        mailbox_id: number | null;
        platform_id: number;
        address: string;
        mode: 'monthly' | 'yearly';
        net: number;
      }[];
    };
  };
  'POST /v1/passkey-challenges': {
    answer: {
      challenge: string;
      rpId: string;
      timeout: number;
      userVerification: 'required';
      allowCredentials: readonly {
        id: string;
        type: 'public-key';
        transports?: readonly string[];
      }[];
    };
  };
  'POST /v1/passkey-sessions': {
    body: {
      passkey: {
        id: string;
        rawId: string;
        type: 'public-key';
        authenticatorAttachment?: string | null;
        clientExtensionResults?: Record<string, unknown>;
        response: {
          clientDataJSON: string;
          authenticatorData: string;
          signature: string;
          userHandle?: string | null;
        };
      };
    };
    answer: {
      session_id: number;
      expires_at: string;
    };
  };
  'POST /v1/password-resets': {
    body: {
      email: string;
    };
    answer: {
      accepted: boolean;
    };
  };
  'POST /v1/payment-methods': {
    body: {
      kind: 'card' | 'paypal';
    };
    answer: {
      method_id: number;
      url: string;
    };
  };
  'POST /v1/people': {
    body: {
      email: string;
      name: string;
      language: 'it' | 'en' | 'fr' | 'de' | 'es' | 'pl' | 'pt';
      role: 'admin' | 'billing' | 'technical';
    };
    answer: {
      user_id: number;
      invited: boolean;
    };
  };
  'POST /v1/plans': {
    body: {
      product: string;
      product_name?: string;
      code: string;
      name?: string;
      alignment?: 'none' | 'first_of_month';
      dry_run?: boolean;
    };
    answer: {
      code: string;
      name: string;
      product: string;
      product_name: string;
      alignment: 'none' | 'first_of_month';
    };
  };
  'POST /v1/platforms': {
    body: {
      customer: string;
      name: string;
      product: string;
      dry_run?: boolean;
    };
    answer: {
      platform_id: number;
    };
  };
  'POST /v1/price-changes': {
    body: {
      rows: readonly {
        product: string;
        plan: string;
        currency: string;
        monthly: number;
        yearly: number;
        valid_from: string;
      }[];
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      changes: readonly {
        plan: string;
        currency: string;
        valid_from: string;
        monthly: number;
        yearly: number;
        before: {
          monthly: number;
          yearly: number;
        } | null;
      }[];
    };
  };
  'POST /v1/refunds': {
    body: {
      customer: string;
      amount: number;
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      refund_ids: readonly number[];
    };
  };
  'POST /v1/session/passkey-challenges': {
    answer: {
      challenge: string;
      rpId: string;
      timeout: number;
      userVerification: 'required';
      allowCredentials: readonly {
        id: string;
        type: 'public-key';
        transports?: readonly string[];
      }[];
    };
  };
  'POST /v1/sessions': {
    body: {
      email: string;
      password: string;
      code?: string;
      passkey?: {
        id: string;
        rawId: string;
        type: 'public-key';
        authenticatorAttachment?: string | null;
        clientExtensionResults?: Record<string, unknown>;
        response: {
          clientDataJSON: string;
          authenticatorData: string;
          signature: string;
          userHandle?: string | null;
        };
      };
    };
    answer: {
      session_id: number;
      expires_at: string;
    };
  };
  'POST /v1/tokens': {
    body: {
      name: string;
      scopes: readonly (
        | 'mailboxes:read'
        | 'mailboxes:write'
        | 'platforms:terminate'
        | 'money:read'
        | 'money:write'
        | 'letters:read'
        | 'events:read'
      )[];
      expires_at?: string | null;
    };
    answer: {
      token_id: number;
      token: string;
    };
  };
  'POST /v1/withdrawals': {
    body: {
      amount: number;
      reason?: string;
      dry_run?: boolean;
    };
    answer: {
      refund_ids: readonly number[];
      account: Account;
    };
  };
  'POST /v1/write-offs': {
    body: {
      customer: string;
      invoice: string;
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      amount: number;
    };
  };
  'PUT /v1/account/threshold': {
    body: {
      amount: number | null;
    };
    answer: {
      customer: string;
      currency: string;
      balance: number;
      debt: number;
      deadline_at: string | null;
      alert_threshold: number | null;
      parked: boolean;
      top_up_minimum: number;
      withdrawable: number;
    };
  };
  'PUT /v1/clock': {
    body: {
      on: string;
    };
    answer: {
      at: string;
      on: string;
    };
  };
  'PUT /v1/me/email': {
    body: {
      email: string;
    };
    answer: null;
  };
  'PUT /v1/me/password': {
    body: {
      current: string;
      password: string;
    };
    answer: null;
  };
  'PUT /v1/me/second-factor': {
    body: {
      code: string;
    };
    answer: {
      recovery_codes: readonly string[];
    };
  };
  'PUT /v1/order-links/{link}/payment-return': {
    params: { link: string };
    answer: null;
  };
  'PUT /v1/orders/{id}/payment-return': {
    params: { id: number };
    answer: null;
  };
  'PUT /v1/orders/{id}/withdrawal': {
    params: { id: number };
    body: {
      reason?: string;
      dry_run?: boolean;
    };
    answer: {
      order_id: number;
      number: string;
      kind: 'top_up' | 'settlement' | 'mailboxes';
      state: 'open' | 'paid' | 'expired' | 'withdrawn';
      currency: string;
      net: number;
      vat_rate_bp: number;
      vat: number;
      gross: number;
      placed_at: string;
      expires_at: string;
      closed_at: string | null;
      lines: readonly {
        line_no: number;
        mailbox_id: number | null;
        platform_id: number;
        address: string;
        mode: 'monthly' | 'yearly';
        net: number;
      }[];
    };
  };
  'PUT /v1/parkings/{id}/release': {
    params: { id: number };
    body: {
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      released: boolean;
    };
  };
  'PUT /v1/password-resets/{token}': {
    params: { token: string };
    body: {
      password: string;
    };
    answer: null;
  };
  'PUT /v1/payment-methods/order': {
    body: {
      default_id?: number;
      backup_ids?: readonly number[];
    };
    answer: {
      items: readonly PaymentMethod[];
    };
  };
  'PUT /v1/payment-methods/{id}/registration': {
    params: { id: number };
    answer: {
      state: 'pending' | 'valid' | 'expired' | 'failed' | 'removed';
    };
  };
  'PUT /v1/platforms/{id}/termination': {
    params: { id: number };
    body: {
      name: string;
      reason?: string;
      dry_run?: boolean;
    };
    answer: {
      endings: readonly {
        ends_on: string;
        mailboxes: number;
      }[];
      closes_on: string | null;
    };
  };
  'PUT /v1/provider-messages/{id}/release': {
    params: { id: number };
    body: {
      reason: string;
      dry_run?: boolean;
    };
    answer: {
      released: boolean;
    };
  };
  'PUT /v1/runs/{id}/confirmation': {
    params: { id: number };
    body: {
      reason: string;
    };
    answer: {
      business_on: string;
    };
  };
  'PUT /v1/session/proof': {
    body: {
      password?: string;
      code?: string;
      passkey?: {
        id: string;
        rawId: string;
        type: 'public-key';
        authenticatorAttachment?: string | null;
        clientExtensionResults?: Record<string, unknown>;
        response: {
          clientDataJSON: string;
          authenticatorData: string;
          signature: string;
          userHandle?: string | null;
        };
      };
    };
    answer: null;
  };
};
