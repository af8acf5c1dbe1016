import type { Temporal } from 'temporal-polyfill';
import type { Policy } from '#domain/customers/policy.ts';

/** The languages a customer may ask for; one without its files yet is written to in English (R33). */
export const languages = ['it', 'en', 'fr', 'de', 'es', 'pl', 'pt'] as const;

/** A firm or person we invoice. Empty strings where we know nothing; `vatNumber` empty for a person. */
export type Customer = {
  customerId: bigint;
  code: string;
  name: string;
  email: string;
  street: string;
  postalCode: string;
  city: string;
  /** ISO 3166. */
  country: string;
  vatNumber: string;
  language: string;
  /** ISO 4217; of the prepaid account and every document, for ever. */
  currency: string;
  createdAt: Temporal.Instant;
};

/** A customer to register. What is left out is empty; `currency` is for ever. */
export type NewCustomer = Pick<Customer, 'code' | 'name' | 'email' | 'country' | 'language' | 'currency'> &
  Partial<Pick<Customer, 'street' | 'postalCode' | 'city' | 'vatNumber'>>;

/** Who sells and invoices, in which money and on whose wall calendar. Empty strings where nothing is written yet. */
export type NewSeller = {
  name: string;
  street: string;
  postalCode: string;
  city: string;
  country: string;
  vatNumber: string;
  email: string;
  iban: string;
  bic: string;
  currency: string;
  timeZone: string;
};

/** The seller together with its policy, defaults filled in. */
export type Seller = NewSeller & { sellerId: bigint; policy: Policy };
