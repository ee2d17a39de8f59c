import { describe, expect, it } from "vitest";
import type { CitedFinding } from "../../src/domain/finding.ts";
import { checkCitations } from "../../src/llm/check-citations.ts";
import { finding } from "./findings.ts";

const wait = finding({
  facts: { p95Ms: 812.4, beforeMs: 3, errorShare: 0.314, count: 1418, metric: "db_pool_wait_p95" },
  summary: "Wait rose to 812 ms from 3 ms",
});
const drop = finding({
  id: "E2",
  entity: "orders",
  peer: "store",
  facts: { delta: -5, value: 0.031, family: "error", requests: 1_234_567, id: "cfg-118", heapBytes: 536_870_912 },
  template: "GET /v2/items failed with status 503 on 10.0.0.1 <*>",
});
const cart = finding({ id: "E3", entity: "cart-service" });
const all: CitedFinding[] = [wait, drop, cart];

const why = (text: string, evidenceIds: string[] = ["E1"], path: string[] = []): string => {
  const { kept, dropped } = checkCitations([{ text, evidenceIds }], all, path);
  expect(kept.length + dropped.length).toBe(1);
  return dropped[0]?.why ?? "kept";
};

describe("a claim is dropped for its citations", () => {
  it.each([
    ["no id", [], /cites no evidence/],
    ["an id that does not exist", ["E9"], /"E9", which is not a finding/],
    ["an invented id beside a real one", ["E1", "E77"], /"E77"/],
    ["an empty id", [""], /is not a finding/],
    ["a name from the prototype", ["constructor"], /is not a finding/],
  ])("when it cites %s", (_, ids, reason) => {
    expect(why("Waits rose.", ids)).toMatch(reason);
  });
  it("when its text names an id that does not exist", () => {
    expect(why("Waits rose (E44).")).toMatch(/E44/);
  });
  it("when it is empty or too long", () => {
    expect(why(" \u200b ")).toBe("it is empty");
    expect(why("so ".repeat(400))).toMatch(/longer/);
  });
});

describe("a link, address or tag", () => {
  const page = finding({
    id: "E4",
    facts: { url: "http://orders:8080/api" },
    template: "GET https://wiki.example/fix failed for <*>, ask ops@wiki.example",
  });
  const kept = (text: string): boolean => checkCitations([{ text, evidenceIds: ["E4"] }], [page]).kept.length === 1;
  it.each([
    "See https://evil.example/fix.",
    "See [the fix](https://evil.example).",
    "See <https://evil.example|the wiki>.",
    "See www.evil.example",
    "See evil.example/fix for more",
    "Mail kim@evil.example",
    "<!channel> waits rose",
    "<script>alert()</script>",
    "See https://wiki.example/fix/evil",
    "See HTTPS://EVIL.EXAMPLE/fix",
    "[x](javascript:alert())",
    "See ｈttps://evil.example/fix",
  ])("is dropped if no cited evidence holds it: %s", (text) => {
    expect(kept(text)).toBe(false);
  });
  it.each([
    "GET https://wiki.example/fix failed.",
    "http://orders:8080/api failed",
    '"GET https://wiki.example/fi…" failed',
    "failed for <*>, as ops@wiki.example knows",
    "waits, i.e. the pool, rose and/or fell (rollout/restart)",
  ])("is kept if it does: %s", (text) => {
    expect(kept(text)).toBe(true);
  });
});

it("counts an id in the text as cited, and returns it", () => {
  const { kept } = checkCitations(
    [{ text: "Waits rose (E1), and orders failed with 503 [E2].", evidenceIds: ["E1", " E1 "] }],
    all,
  );
  expect(kept).toEqual([{ text: "Waits rose (E1), and orders failed with 503 [E2].", evidenceIds: ["E1", "E2"] }]);
});

describe("a number is kept when the cited evidence holds it", () => {
  it.each([
    "as it is: 812.4 ms",
    "rounded to 812 ms",
    "as seconds: 0.81 s",
    "in microseconds: 812,400 µs",
    "a share of 31 % or 31.4%",
    "a share of 0.31",
    "with separators: 1,418 or 1 418 or 1'418",
    "as 1418 times",
    "signed: +812 ms",
    "bare: 812",
    "in wide digits: ８１２ ms",
    "about 800 ms",
    "as 1.4k",
    "at 08:41:02",
    "at 08:41",
    "at 8:41 am",
    "at 08:41:03 (rounded)",
    "at 2026-11-23T08:41:02Z",
    "on 23 November 2026",
    "on Nov 23rd",
    "in 2026",
    "from 08:40 to 08:46 UTC",
    "over 6 minutes",
    "over 360 s",
    "metric db_pool_wait_p95 at its p95",
    "one of the two callers waits, for three reasons",
    "the first and only one",
  ])("%s", (text) => {
    expect(why(text)).toBe("kept");
  });
  it.each([
    "fell by 5",
    "changed by -5",
    "changed by −5",
    "1,234,567 requests",
    "1.2M requests",
    "about 1.2 million",
    "3 %",
    "3.1 %",
    "512 MiB",
    "537 MB",
    "0.5 GiB",
    "status 503",
    "cfg-118 came first",
    "GET /v2/items on 10.0.0.1",
  ])("of another finding: %s", (text) => {
    expect(why(text, ["E2"])).toBe("kept");
  });
});

describe("a number is dropped when the cited evidence does not hold it", () => {
  it.each([
    "813 ms",
    "900 ms",
    "812 s",
    "812 minutes",
    "812 %",
    "-812 ms",
    "8,124 ms",
    "81.24",
    "1e3",
    "7e2 ms",
    "8.1e4",
    "9\u200b00 ms",
    "٨١٢ ms",
    "²",
    "½",
    "０x1F",
    "31 ms",
    "32 %",
    "0.31 s",
    "1419 times",
    "1.5k",
    "about 900 ms",
    "p99",
    "5xx",
    "v1.2.3",
    "10.0.0.2",
    "1 234",
    "at 08:42",
    "at 08:41:10",
    "at 8:41 pm",
    "at 08:41 CET",
    "at 10:41:02+02:00",
    "at 25:99",
    "on 2026-11-24",
    "on 24 November",
    "on November 23, 2025",
    "in 2025",
    "twelve callers",
    "three times slower",
    "ten-fold",
    "threefold",
    "twice as slow",
    "latency doubled",
    "half of the requests",
    "two thirds of the requests",
    "ninety percent",
    "nine percent",
    "five seconds",
    "one hour",
    "twelve hundred errors",
    "hundreds of errors",
    "zero requests",
    "7 min",
  ])("%s", (text) => {
    expect(why(text)).toMatch(/not in the cited evidence/);
  });
  it("even if an uncited finding holds it", () => {
    expect(why("status 503")).toMatch(/503/);
  });
  it("even with the opposite sign", () => {
    expect(why("rose by +5", ["E2"])).toMatch(/\+5/);
  });
  it("even if the exemplar holds it", () => {
    const raw = finding({ exemplar: "took 4711 ms" });
    expect(checkCitations([{ text: "It took 4711 ms.", evidenceIds: ["E1"] }], [raw]).kept).toEqual([]);
  });
  it("even if an identifier holds its digits", () => {
    expect(why("118 errors", ["E2"])).toMatch(/118/);
  });
});

describe("an entity", () => {
  it.each([
    ["that the evidence is about", "store waits", ["E1"], []],
    ["that is the peer", "store is slow to answer", ["E2"], []],
    ["on the path", "cart-service only waited for store", ["E1"], ["cart-service", "store"]],
  ])("%s may be named", (_, text, ids, path) => {
    expect(why(text, ids, path)).toBe("kept");
  });
  it.each(["cart-service is broken", "Cart-Service, it seems, is broken", "it is cart-service."])(
    "that none of the evidence is about may not: %s",
    (text) => {
      expect(why(text)).toBe("it names cart-service, which its evidence does not mention");
    },
  );
  it.each([
    "the cart-service-cache is cold",
    "billing-engine waits",
    "the invoice service waits",
    "kafka waits",
    "shop/Deployment/pay waits",
    "`ledger` waits",
    "OrderManager waits",
  ])("that no evidence mentions may not: %s", (text) => {
    expect(why(text)).toMatch(/^it names .+, which its evidence does not mention$/);
  });
  it("on the path may not be given a number or time of others", () => {
    expect(why("cart-service waits 812 ms", ["E1"], ["cart-service", "store"])).toMatch(/names cart-service/);
    expect(why("cart-service waits since 08:41", ["E1"], ["cart-service", "store"])).toMatch(/names cart-service/);
  });
  it("of Kubernetes is also known by the last part of its name", () => {
    const pod = finding({ id: "E2", entity: "shop/Deployment/payment" });
    const check = (ids: string[]): number =>
      checkCitations([{ text: "payment restarts", evidenceIds: ids }], [wait, pod]).kept.length;
    expect([check(["E1"]), check(["E2"])]).toEqual([0, 1]);
  });
  it("may hold digits that are no numbers", () => {
    const pod = finding({ entity: "web-7f9c-2" });
    expect(checkCitations([{ text: "web-7f9c-2 restarts", evidenceIds: ["E1"] }], [pod]).kept).toHaveLength(1);
  });
});

it("keeps the valid and drops the invalid claims of one answer, in order", () => {
  const claims = ["812 ms", "999 ms", "3 ms"].map((text) => ({ text, evidenceIds: ["E1"] }));
  const { kept, dropped } = checkCitations(claims, all);
  expect(kept.map(({ text }) => text)).toEqual(["812 ms", "3 ms"]);
  expect(dropped).toEqual([
    { claim: { text: "999 ms", evidenceIds: ["E1"] }, why: "999 ms is not in the cited evidence" },
  ]);
});

it("reads the unit of a value from the end of its metric's name, if its family has none", () => {
  const lag = finding({
    facts: { before: 0.000143, after: 0.003544, family: "other", metric: "nodejs_eventloop_lag_mean_seconds" },
    summary: "lag rose from 0.000143 to 0.003544",
  });
  const kept = (amount: string) =>
    checkCitations([{ text: `The lag rose to ${amount}.`, evidenceIds: ["E1"] }], [lag]).kept.length;
  expect(["0.003544 seconds", "3.544 ms", "0.003544 ms", "0.003544 minutes", "0.35 %"].map(kept)).toEqual([
    1, 1, 0, 0, 0,
  ]);
});
