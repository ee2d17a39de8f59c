import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { journey, runLoad } from "../../../src/lab/run/load.ts";
import { createRandom } from "../../../src/lab/random.ts";

const journeys = (seed: number) => {
  const random = createRandom(seed);
  return Array.from({ length: 200 }, () => journey(random));
};

it("draws the same customers for the same seed, and different ones for another", () => {
  expect(journeys(1)).toEqual(journeys(1));
  expect(journeys(2)).not.toEqual(journeys(1));
});

it("has customers who browse, fill a cart and buy, and nobody buys an empty cart", () => {
  const kinds = new Set(
    journeys(3).map((steps) => steps.map(({ method, path }) => `${method} ${path.split(/[/?]/)[1]}`).join(" > ")),
  );
  expect(kinds).toEqual(
    new Set([
      "GET products > GET products > GET products",
      "GET products > POST carts > GET carts",
      "GET products > GET products > POST carts > GET carts > POST checkout",
    ]),
  );
});

it("finishes the current customers after a stop", async () => {
  const stop = new AbortController();
  const server = createServer((_, reply) => {
    stop.abort();
    setTimeout(() => reply.end(), 20);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const tally = await runLoad({ port, seed: 1, requestsPerSecond: 50, signal: stop.signal });
  server.close();
  expect(tally.sent).toBeGreaterThan(0);
  expect(tally).toMatchObject({ answered: tally.sent, failed: 0 });
});
