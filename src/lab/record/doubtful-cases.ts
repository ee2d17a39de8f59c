import { banner, biggerCarts, type CasePlan, discount, shorterPage } from "./cases.ts";

/**
 * Recordings of incidents whose quiet time a person gave wrongly: it overlaps the fault, so the ranking compares a
 * fault with itself. They are recorded into the folder `investigations`, and only when they are named.
 */
export const DOUBTFUL_CASES: readonly CasePlan[] = [
  {
    id: "shop-101",
    word: "network-late",
    what: "a relay in front of the service holds bytes back, 280 ± 120 ms each way",
    entities: ["pricing"],
    cause: "network_delay",
    begin: (shop) => shop.delay({ meanMs: 280, jitterMs: 120 }),
    change: null,
    harmless: [biggerCarts, shorterPage],
    believed: { quietFromMs: 10_000, windowFromMs: 30_000 },
  },
  {
    id: "shop-102",
    word: "rates-late",
    what: "a job that rewrites the price list holds its lock for 0.9 s, each 2 s",
    entities: ["pricing"],
    cause: "lock_contention",
    begin: (shop) =>
      shop.breakWith("pricing", {
        kind: "hold_lock",
        everyMs: 2000,
        holdMs: 900,
        words: "rate board being rewritten, parked until the writer is through",
      }),
    change: null,
    harmless: [biggerCarts, shorterPage],
    believed: { quietFromMs: 17_000, windowFromMs: 34_000 },
  },
  {
    id: "shop-103",
    word: "shelves-late",
    what: "a job that recounts the shelves holds their lock for 1 s, each 2.4 s",
    entities: ["inventory"],
    cause: "lock_contention",
    begin: (shop) =>
      shop.breakWith("inventory", {
        kind: "hold_lock",
        everyMs: 2400,
        holdMs: 1000,
        words: "shelf recount owns the shelf map, parked behind it",
      }),
    change: null,
    harmless: [discount, banner],
    believed: { quietFromMs: 12_000, windowFromMs: 50_000 },
  },
];
