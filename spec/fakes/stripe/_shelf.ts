/** Objects of one kind in the order they were made, found by id, by group, or page by page backwards. */
export type Shelf<T> = {
  add(item: T): T;
  get(id: string): T | undefined;
  all(): readonly T[];
  /** Stripe's list: newest first, `limit` of them from behind `startingAfter`, only those that are `wanted`. */
  page(ask: { limit: number; startingAfter?: string; group?: string; wanted(item: T): boolean }): {
    data: T[];
    has_more: boolean;
  };
};

/** `groupOf` gives what most lists ask by, so that they need not look at everything. */
export function createShelf<T extends { id: string }>(groupOf: (item: T) => string | null = () => null): Shelf<T> {
  const items: T[] = [];
  const byId = new Map<string, T>();
  const places = new Map<string, number>();
  const groups = new Map<string, T[]>();
  return {
    add: (item) => {
      const group = groupOf(item);
      const fellows = group === null ? undefined : (groups.get(group) ?? []);
      if (group !== null && fellows) groups.set(group, fellows);
      fellows?.push(item);
      places.set(item.id, items.length);
      items.push(item);
      byId.set(item.id, item);
      return item;
    },
    get: (id) => byId.get(id),
    all: () => items,
    page: ({ limit, startingAfter, group, wanted }) => {
      const among = group === undefined ? items : (groups.get(group) ?? []);
      const place = startingAfter === undefined ? undefined : placeOf(startingAfter, group);
      const data: T[] = [];
      for (let i = (place ?? among.length) - 1; i >= 0; i--) {
        const item = among[i] as T;
        if (!wanted(item)) continue;
        if (data.length === limit) return { data, has_more: true };
        data.push(item);
      }
      return { data, has_more: false };
    },
  };

  function placeOf(id: string, group: string | undefined): number | undefined {
    if (group === undefined) return places.get(id);
    const item = byId.get(id);
    return item ? (groups.get(group)?.indexOf(item) ?? -1) : undefined;
  }
}
