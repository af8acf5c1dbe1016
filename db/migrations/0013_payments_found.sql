-- A charge that pays an order is not sent while a page of the same order is open.

create index charges_offered on charges (customer_id, order_id) where state = 'offered';

-- A night is compared with a provider's statement by its days: what was booked then is found without reading all the rest.
create index payments_by_time on payments (received_at);
create index refunds_by_time on refunds (finished_at) where state = 'succeeded';
create index provider_transfers_by_time on provider_transfers (posted_at);

-- A message that was followed is forgotten after some weeks.
create index webhooks_done on webhooks (received_at) where look_after is null and problem is null;
grant delete on webhooks to rinnovo_system;
