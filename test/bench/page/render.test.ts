import { Parser } from "htmlparser2";
import { expect, it } from "vitest";
import { Oracle, Prediction } from "../../../src/bench/formats.ts";
import { AS_RECORDED } from "../../../src/bench/incidents/vary-incidents.ts";
import type { ScoredRun } from "../../../src/bench/measure.ts";
import { renderRunPage } from "../../../src/bench/page/render.ts";
import type { CaseDetail, ShownFinding } from "../../../src/bench/predict/case-detail.ts";
import { judgeFaulty, score } from "../../../src/bench/score.ts";

const finding = (id: string, names: string[], summary: string, strength = 1): ShownFinding => ({
  id,
  signal: "metric",
  kind: "shift",
  names,
  strength,
  summary,
});
const detail = (findings: ShownFinding[], title = "checkout is slow"): CaseDetail => ({
  title,
  start: 0,
  ms: 1,
  why: "one suspect stands out",
  hypotheses: [{ names: ["cart"], title: "CPU", reasons: ["metrics: 1.5 votes"] }],
  findings,
  notListed: 4,
  steps: [],
});

const oracles = [
  { id: "right", entities: [["cart"]], cause: "cpu" },
  { id: "missed", entities: [["stock", "stock-db"]], cause: "memory" },
  { id: "other cause", entities: [["cart"]], cause: "memory" },
  { id: "healthy", faulty: false },
  { id: "false alarm", faulty: false },
].map((one) => Oracle.parse(one));
const names = (entity: string, cause: string) => [{ entity, cause, confidence: 0.83 }];
const predicted = (id: string, verdict: string, ranking: object[]) => Prediction.parse({ id, verdict, ranking });
const predictions = new Map(
  [
    predicted("right", "root_cause", names("cart", "cpu")),
    predicted("missed", "root_cause", [...names("cart", "cpu"), { entity: "stock", cause: "memory" }]),
    predicted("other cause", "root_cause", names("cart", "cpu")),
    predicted("healthy", "no_incident", []),
    predicted("false alarm", "root_cause", names("cart", "cpu")),
  ].map((one) => [one.id, one] as const),
);

function runWith(details: [string, CaseDetail][], suite = "made"): ScoredRun {
  return {
    suite,
    dir: suite,
    variation: AS_RECORDED,
    leaveOut: null,
    predicted: { predictions, details: new Map(details), cases: 5, failed: [], slowestMs: 1, resumed: 0 },
    baselines: new Map(),
    vocabularies: new Map(),
    oracles,
    scores: score(oracles, predictions),
    judged: judgeFaulty(oracles, predictions),
    baselineScores: new Map(),
  };
}

/** Elements in order, with their attributes, and the text inside each article. */
function parsed(page: string) {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const articles: { className: string; text: string }[] = [];
  const open: string[] = [];
  const unclosed: string[] = [];
  const parser = new Parser({
    onopentag(name, attributes) {
      elements.push({ name, attributes });
      open.push(name);
      if (name === "article") articles.push({ className: attributes.class ?? "", text: "" });
    },
    ontext(text) {
      const article = articles.at(-1);
      if (article !== undefined && open.includes("article")) article.text += text;
    },
    onclosetag(name, isImplied) {
      if (isImplied && name !== "meta") unclosed.push(name);
      open.pop();
    },
  });
  parser.write(page);
  parser.end();
  return { elements, articles, unclosed };
}

it("shows misses first, with what was named, what is true, and the findings about both", () => {
  const page = renderRunPage([
    runWith([
      [
        "missed",
        detail([
          finding("E1", ["cart"], "CPU 80 % from 20 %", 2),
          finding("E2", ["stock-0", "stock"], "memory 4 GB from 1 GB", 3),
          finding("E3", ["other"], "nothing of interest"),
        ]),
      ],
    ]),
  ]);
  const { articles, unclosed } = parsed(page);
  expect(unclosed).toEqual([]);
  expect(articles.map(({ className }) => className.split(" ")[0])).toEqual([
    "missed",
    "false-alarm",
    "cause",
    "right",
    "right",
  ]);
  const [missed] = articles;
  const text = missed?.text.replaceAll(/\s+/g, " ");
  expect(text).toContain("cart: cpu, confidence 83 %");
  expect(text).toContain("one suspect stands out");
  expect(text).toMatch(/Evidence about cart ?CPU 80 % from 20 % \(metric of cart, strength 2\.00, E1\)/);
  expect(text).toMatch(/True ?stock or stock-db: memory ?It was ranked at place 2/);
  expect(text).toMatch(/Evidence about stock ?memory 4 GB from 1 GB \(metric of stock-0, strength 3\.00, E2\)/);
  expect(text).not.toContain("nothing of interest");
});

it("says where there is no finding, and where what was seen was not kept", () => {
  const { articles } = parsed(renderRunPage([runWith([["missed", detail([])]])]));
  const [missed, falseAlarm] = articles;
  expect(missed?.text).toContain(
    "The analysis has no finding about it (4 weaker ones of all entities are not listed).",
  );
  expect(falseAlarm?.text).toContain("because the case failed");
});

it("filters by anchors that exist, and loads nothing and runs nothing", () => {
  const page = renderRunPage([runWith([])]);
  const { elements } = parsed(page);
  const anchors = elements.flatMap(({ name, attributes: { href } }) => (name === "a" && href ? [href] : []));
  const ids = elements.flatMap(({ attributes: { id } }) => id ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  expect(anchors.length).toBeGreaterThan(4);
  for (const anchor of anchors.filter((one) => one !== "#")) {
    expect(ids).toContain(anchor.slice(1));
    expect(page).toContain(`${anchor}:target ~ main article:not(.`);
  }
  expect(elements.map(({ name }) => name)).not.toEqual(expect.arrayContaining(["script"]));
  const loaded = elements.filter(({ name }) => ["script", "link", "img", "iframe", "object", "form"].includes(name));
  expect(loaded).toEqual([]);
  expect(page).not.toMatch(/https?:|url\(|@import/);
  expect(page).toContain("default-src 'none'");
  expect(page).toContain("prefers-color-scheme: dark");
  expect(page).toContain("width=device-width");
});

it("escapes whatever a recording, an answer or the name of a suite holds", () => {
  const hostile = `</style></article><script>alert(1)</script><img src=x onerror='a"b'>\u202e`;
  const oracle = Oracle.parse({ id: "missed", entities: [[hostile]], cause: hostile });
  const run = runWith([["missed", detail([finding(hostile, [hostile], hostile)], hostile)]], hostile);
  const page = renderRunPage([{ ...run, oracles: [oracle, ...oracles.filter(({ id }) => id !== "missed")] }]);
  const { elements, unclosed } = parsed(page);
  expect(unclosed).toEqual([]);
  expect(elements.filter(({ name }) => ["script", "img"].includes(name))).toEqual([]);
  expect(elements.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => name.startsWith("on"))).toEqual(
    [],
  );
  expect(page).not.toContain("\u202e");
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
});
