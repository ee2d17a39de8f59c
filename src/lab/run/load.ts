import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom, integerBetween, pick, type RandomSource } from "../random.ts";
import { CATEGORY_NAMES, PRODUCTS, ZONES } from "../shop/goods.ts";

export type LoadOptions = { port: number; seed: number; requestsPerSecond: number; signal: AbortSignal };
export type LoadTally = { sent: number; answered: number; failed: number };
type LoadStep = { method: "GET" | "POST"; path: string; body?: object };

const USERS = 600;
const MEAN_STEPS = 3.9;
const THINK_MS = { low: 150, high: 900 };
/** Slow swell of the load: amplitude as a share of the mean, and period. */
const SWELL = { share: 0.12, periodMs: 70_000 };

/** The requests of one customer, in order: browse, fill a cart, or buy. */
export function journey(random: RandomSource): LoadStep[] {
  const user = `u${integerBetween(random, 1, USERS)}`;
  const zone = pick(random, ZONES);
  const { sku } = pick(random, PRODUCTS);
  const list: LoadStep = { method: "GET", path: `/products?category=${pick(random, CATEGORY_NAMES)}` };
  const productPage: LoadStep = { method: "GET", path: `/products/${sku}` };
  const add: LoadStep = {
    method: "POST",
    path: `/carts/${user}/items`,
    body: { sku, quantity: integerBetween(random, 1, 4) },
  };
  const view: LoadStep = { method: "GET", path: `/carts/${user}?zone=${zone}` };
  const buy: LoadStep = { method: "POST", path: "/checkout", body: { user, zone } };
  const luck = random();
  if (luck < 0.35) return [list, productPage, { method: "GET", path: `/products/${pick(random, PRODUCTS).sku}` }];
  return luck < 0.55 ? [list, add, view] : [list, productPage, add, view, buy];
}

/** Sends customers to the shop until `signal` fires. An open loop: a slow shop does not slow its customers. */
export async function runLoad({ port, seed, requestsPerSecond, signal }: LoadOptions): Promise<LoadTally> {
  const random = createRandom(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const tally: LoadTally = { sent: 0, answered: 0, failed: 0 };
  const customers = new Set<Promise<void>>();
  const startedMs = performance.now();
  const customer = async (steps: readonly LoadStep[], thinkMs: readonly number[]): Promise<void> => {
    for (const [i, step] of steps.entries()) {
      if (signal.aborted) return;
      tally.sent++;
      if (await send(agent, port, step)) tally.answered++;
      else tally.failed++;
      await sleep(thinkMs[i] ?? 0);
    }
  };
  while (!signal.aborted) {
    const swell = 1 + SWELL.share * Math.sin((2 * Math.PI * (performance.now() - startedMs)) / SWELL.periodMs);
    const gapMs = (-Math.log(1 - random()) * 1000 * MEAN_STEPS) / (requestsPerSecond * swell);
    const steps = journey(random);
    const served = customer(
      steps,
      steps.map(() => integerBetween(random, THINK_MS.low, THINK_MS.high)),
    ).finally(() => customers.delete(served));
    customers.add(served);
    // bounded: an exponential gap may last seconds, which would show as a hole in a short recording
    await sleep(Math.min(gapMs, 2000), undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(customers);
  agent.destroy();
  return tally;
}

/** Sends one request; true if any answer came. */
function send(agent: Agent, port: number, { method, path, body }: LoadStep): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request(
      { agent, host: "127.0.0.1", port, method, path, headers: { "content-type": "application/json" } },
      (reply) => {
        reply
          .resume()
          .on("end", () => resolve(true))
          .on("error", () => resolve(false));
      },
    );
    outgoing.on("error", () => resolve(false)).end(body && JSON.stringify(body));
  });
}
