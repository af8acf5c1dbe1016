import { randomBytes } from 'node:crypto';
import type Stripe from 'stripe';
import type { Temporal } from 'temporal-polyfill';
import { type Book, createBook } from '#spec/fakes/book.ts';
import type { CardBehaviour } from '#spec/fakes/stripe/_cards.ts';
import { createShelf, type Shelf } from '#spec/fakes/stripe/_shelf.ts';

/** Everything the fake knows. Its objects have Stripe's own types, so that the compiler holds them against Stripe's description. */
export type State = {
  now: () => Temporal.Instant;
  /** Where its pages stand, without a slash at the end. */
  pagesUrl: string;
  book: Book;
  customers: Shelf<Stripe.Customer>;
  methods: Shelf<Stripe.PaymentMethod>;
  setups: Shelf<Stripe.SetupIntent>;
  sessions: Shelf<Stripe.Checkout.Session>;
  intents: Shelf<Stripe.PaymentIntent>;
  charges: Shelf<Stripe.Charge>;
  refunds: Shelf<Stripe.Refund>;
  disputes: Shelf<Stripe.Dispute>;
  lines: Shelf<Stripe.BalanceTransaction>;
  payouts: Shelf<Stripe.Payout>;
  /** How the bank behind each payment method behaves. */
  banks: Map<string, CardBehaviour>;
  /** What happens by itself at a second still to come. */
  later: { at: number; happen(): void }[];
  /** The second in which the first of them is due. */
  soonest: number;
  /** What a payment page asks for, until somebody pays. */
  orders: Map<string, { description: string; metadata: Record<string, string> }>;
  /** Tells the world by webhook. `before`: what the fields were. */
  tell(type: string, object: object, before?: object): void;
};

export function createState({ now, tell }: Pick<State, 'now' | 'tell'>): State {
  return {
    now,
    tell,
    pagesUrl: '',
    book: createBook(),
    customers: createShelf(),
    methods: createShelf(),
    setups: createShelf(),
    sessions: createShelf(),
    intents: createShelf((intent) => idOf(intent.customer)),
    charges: createShelf((item) => idOf(item.payment_intent)),
    refunds: createShelf((item) => idOf(item.payment_intent)),
    disputes: createShelf((item) => idOf(item.payment_intent)),
    lines: createShelf(),
    payouts: createShelf(),
    banks: new Map(),
    later: [],
    soonest: Infinity,
    orders: new Map(),
  };
}

/** Something that happens by itself at a second still to come. */
export function schedule(state: State, at: number, happen: () => void): void {
  state.later.push({ at, happen });
  state.soonest = Math.min(state.soonest, at);
}

/** Lets happen what is due by now, oldest first. */
export function catchUp(state: State): void {
  const now = seconds(state);
  if (now < state.soonest) return;
  const due = state.later.filter((each) => each.at <= now).sort((a, b) => a.at - b.at);
  state.later = state.later.filter((each) => each.at > now);
  state.soonest = state.later.reduce((soonest, each) => Math.min(soonest, each.at), Infinity);
  for (const each of due) each.happen();
}

/** A new id of Stripe's shape. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}

/** Stripe counts in whole seconds. */
export function seconds(state: Pick<State, 'now'>): number {
  return Math.floor(state.now().epochMilliseconds / 1000);
}

export function idOf(value: string | { id: string } | null | undefined): string | null {
  return typeof value === 'string' ? value : (value?.id ?? null);
}

/** The object with this id, whatever it is. */
export function find(state: State, id: string): object | undefined {
  const { customers, methods, setups, sessions, intents, charges, refunds, disputes, lines, payouts } = state;
  const shelves: Record<string, Shelf<{ id: string }> | undefined> = {
    cus: customers,
    pm: methods,
    seti: setups,
    cs: sessions,
    pi: intents,
    ch: charges,
    re: refunds,
    dp: disputes,
    txn: lines,
    po: payouts,
  } as Record<string, Shelf<{ id: string }>>;
  return shelves[id.split('_')[0] ?? '']?.get(id);
}

/** Replaces the ids along these paths by the objects themselves, as `expand` asks. */
export function expand(state: State, object: unknown, paths: readonly string[]): unknown {
  return paths.reduce((value, path) => expandPath(state, value, path.split('.')), object);
}

function expandPath(state: State, value: unknown, path: readonly string[]): unknown {
  const whole = typeof value === 'string' ? (find(state, value) ?? value) : value;
  const [field, ...rest] = path;
  if (field === undefined) return whole;
  if (Array.isArray(whole)) return whole.map((each) => expandPath(state, each, path));
  if (typeof whole !== 'object' || whole === null) return whole;
  const inner = (whole as Record<string, unknown>)[field];
  return { ...whole, [field]: expandPath(state, inner, rest) };
}
