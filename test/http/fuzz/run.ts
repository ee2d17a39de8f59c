import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ask } from "../server.ts";
import { type ApiDocument, type FuzzRequest, requestsOf } from "./requests.ts";
import { send, type Verdict } from "./send.ts";

const FIXTURES = join(import.meta.dirname, "../../../fixtures");
const PAYLOADS = [
  "alertmanager/firing.json",
  "alertmanager/resolved.json",
  "grafana/firing.json",
  "pagerduty/triggered.json",
  "pagerduty/ping.json",
  "opsgenie/create.json",
  "incident-io/created.json",
  "cloudwatch/alarm.json",
  "cloudwatch/subscription.json",
  "custom/uptime.json",
];

/** Settings of a fuzzed server: no rate limits, a custom webhook mapping, and a bounded queue. */
export const FUZZ_SETTINGS = {
  http: { requestsPerSecond: 100_000, webhooksPerSecond: 100_000 },
  service: { maxQueued: 100 },
  webhooks: {
    custom: {
      uptime: {
        items: "data.alerts",
        group: "check_group",
        fields: {
          name: "check",
          entity: { path: "text", match: String.raw`^(\S+) answers` },
          status: "state",
          labels: "meta",
        },
      },
    },
  },
};

/** `keys`: the first has all scopes, others fewer. `ids`: existing incidents, analyses and actions. */
export type Target = { url: string; keys: readonly [string, ...string[]]; ids: readonly string[] };
export type FuzzResult = {
  sent: number;
  statuses: Record<number, number>;
  wrong: { request: FuzzRequest; verdict: Verdict }[];
};

const BATCH = 500;
const AT_ONCE = 16;
/** Weight of the first key: with more access there is more to break. */
const MOSTLY = 10;
const MAX_LISTED = 20;

/**
 * Sends `count` requests generated from the API description. The same seed gives the same requests. Returns wrong
 * answers with their request.
 */
export async function fuzz(
  { url, keys, ids }: Target,
  { seed, count, onBatch }: { seed: number; count: number; onBatch?: (sent: number) => void },
): Promise<FuzzResult> {
  const document = (await ask(url, "/openapi.json")).json as ApiDocument;
  const payloads = PAYLOADS.map((path) => JSON.parse(readFileSync(join(FIXTURES, path), "utf8")));
  const drawn = requestsOf(document, {
    ids: [...ids, "shop-001", "shop-002", "posted-1", "nothing"],
    keys: [...Array.from({ length: MOSTLY }, () => keys[0]), ...keys.slice(1)],
    payloads,
  });
  const result: FuzzResult = { sent: 0, statuses: {}, wrong: [] };

  for (let batch = 0; result.sent < count; batch += 1) {
    const left = fc.sample(drawn, { seed: seed + batch, numRuns: Math.min(BATCH, count - result.sent) }).values();
    const lane = async (): Promise<void> => {
      for (const request of left) {
        const verdict = await send(url, request);
        result.sent += 1;
        result.statuses[verdict.status] = (result.statuses[verdict.status] ?? 0) + 1;
        if (verdict.wrong !== null && result.wrong.length < MAX_LISTED) result.wrong.push({ request, verdict });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    onBatch?.(result.sent);
  }
  return result;
}
