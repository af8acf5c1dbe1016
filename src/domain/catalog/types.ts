import type { Temporal } from 'temporal-polyfill';

/** One plan of a product. With `first_of_month` its terms end on a 1st (R17). Codes are unique over all products. */
export type Plan = {
  planId: bigint;
  code: string;
  name: string;
  alignment: 'none' | 'first_of_month';
  productId: bigint;
  product: string;
  productName: string;
};

/** What a plan costs from a day on, in minor units per mailbox and term, without VAT. */
export type Price = {
  planId: bigint;
  currency: string;
  validFrom: Temporal.PlainDate;
  monthly: bigint;
  yearly: bigint;
};

/** A price as people write it: by the codes of product and plan. */
export type PriceRow = Omit<Price, 'planId'> & { product: string; plan: string };

/** A country's standard VAT rate and the first day it is in force. 22 % is 2200 basis points. */
export type VatRate = { country: string; validFrom: Temporal.PlainDate; rateBasisPoints: number };
