import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { NetworkAddress } from "../cluster/pod-runtime.ts";
import { createRandom, integerBetween, pick, type RandomSource } from "../random.ts";
import { CATEGORY_NAMES, PRODUCTS, ZONES } from "../shop/goods.ts";
import { OrderState, PlacedOrder } from "./contracts.ts";

/** What customers do. Each has an objective of its own; `deliver`: an order is shipped in time. */
export const OPERATIONS = ["browse", "cart", "checkout", "deliver"] as const;
export type Operation = (typeof OPERATIONS)[number];
/** One use of the market, as a customer saw it. `isGood`: answered, without an error, in time. */
export type CustomerOutcome = { operation: Operation; atMs: number; durationMs: number; isGood: boolean };

type Step = { operation: Operation; method: "GET" | "POST"; path: string; body?: object };
export type MarketLoadOptions = {
  /** Where the entry is now; null: nowhere. */
  entry: () => Promise<NetworkAddress | null>;
  seed: number;
  /** Read for each customer, so that it can change. */
  requestsPerSecond: () => number;
  onOutcome: (outcome: CustomerOutcome) => void;
  signal: AbortSignal;
};

const USERS = 400;
const MEAN_STEPS = 4.1;
const THINK_MS = { low: 100, high: 700 };
/** A slower answer is not good. */
const GOOD_MS = 2_500;
const GIVE_UP_MS = 6_000;
/** An order that is not shipped by then is late. */
const SHIPPED_WITHIN_MS = 6_000;

const browse = (path: string): Step => ({ operation: "browse", method: "GET", path });

function journey(random: RandomSource): Step[] {
  const user = `u${integerBetween(random, 1, USERS)}`;
  const zone = pick(random, ZONES);
  const { sku } = pick(random, PRODUCTS);
  const list = browse(`/products?category=${pick(random, CATEGORY_NAMES)}`);
  const body = { sku, quantity: integerBetween(random, 1, 4) };
  const add: Step = { operation: "cart", method: "POST", path: `/carts/${user}/items`, body };
  const view: Step = { operation: "cart", method: "GET", path: `/carts/${user}?zone=${zone}` };
  const buy: Step = { operation: "checkout", method: "POST", path: "/checkout", body: { user, zone } };
  if (random() < 0.4) return [list, browse(`/products/${sku}`), browse(`/products/${pick(random, PRODUCTS).sku}`)];
  return [list, browse(`/products/${sku}`), add, view, buy];
}

/** Sends customers until `signal` fires. An open loop: a slow market does not slow its customers. */
export async function runMarketLoad(options: MarketLoadOptions): Promise<void> {
  const { entry, seed, requestsPerSecond, onOutcome, signal } = options;
  const random = createRandom(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const present = new Set<Promise<void>>();
  const perform = async (step: Step): Promise<string | null> => {
    const startedMs = performance.now();
    const address = await entry();
    const answered = address === null ? null : await send(agent, address, step);
    const durationMs = performance.now() - startedMs;
    const isGood = answered !== null && answered.status < 500 && durationMs <= GOOD_MS;
    onOutcome({ operation: step.operation, atMs: Date.now(), durationMs, isGood });
    return answered !== null && answered.status < 400 ? answered.text : null;
  };
  const follow = async (orderId: string): Promise<void> => {
    await sleep(SHIPPED_WITHIN_MS, undefined, { signal }).catch(() => undefined);
    const address = signal.aborted ? null : await entry();
    if (address === null) return;
    const answered = await send(agent, address, { operation: "deliver", method: "GET", path: `/orders/${orderId}` });
    // an order that cannot be asked for is the checkout's failure, or a store that was emptied: neither is a late parcel
    const order = answered?.status === 200 ? OrderState.safeParse(JSON.parse(answered.text)).data : undefined;
    if (order === undefined) return;
    onOutcome({
      operation: "deliver",
      atMs: Date.now(),
      durationMs: SHIPPED_WITHIN_MS,
      isGood: order.state === "shipped",
    });
  };
  const customer = async (steps: readonly Step[], thinkMs: readonly number[]): Promise<void> => {
    for (const [i, step] of steps.entries()) {
      if (signal.aborted) return;
      const text = await perform(step);
      if (step.operation === "checkout" && text !== null) {
        const order = PlacedOrder.safeParse(JSON.parse(text)).data;
        if (order !== undefined) await follow(order.orderId);
      }
      await sleep(thinkMs[i] ?? 0);
    }
  };
  while (!signal.aborted) {
    const gapMs = (-Math.log(1 - random()) * 1000 * MEAN_STEPS) / requestsPerSecond();
    const steps = journey(random);
    const thinkMs = steps.map(() => integerBetween(random, THINK_MS.low, THINK_MS.high));
    const served = customer(steps, thinkMs).finally(() => present.delete(served));
    present.add(served);
    await sleep(Math.min(gapMs, 2000), undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(present);
  agent.destroy();
}

/** Null if there was no answer in time. */
function send(
  agent: Agent,
  address: NetworkAddress,
  { method, path, body }: Step,
): Promise<{ status: number; text: string } | null> {
  return new Promise((resolve) => {
    const headers = { "content-type": "application/json" };
    const outgoing = request({ agent, ...address, method, path, headers, timeout: GIVE_UP_MS }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text })).on("error", () => resolve(null));
    });
    outgoing.on("timeout", () => outgoing.destroy());
    outgoing.on("error", () => resolve(null)).on("close", () => resolve(null));
    outgoing.end(body && JSON.stringify(body));
  });
}
