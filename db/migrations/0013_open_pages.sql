-- A charge that pays an order is not sent while a page of the same order is open.

create index charges_offered on charges (customer_id, order_id) where state = 'offered';
