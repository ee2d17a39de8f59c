import { csv, FAULT_MS, SERVICES } from "../made-shop.ts";
import { type LayoutCase, type MadeTree, without } from "./made-tree.ts";

const STEP_S = 300;
const columns = SERVICES.flatMap((service) =>
  [
    ["latency", "Average"],
    ["latency", "p90"],
    ["availability", "Average"],
  ].map(([metric = "", statistic = ""]) => ({ service, metric, statistic })),
);

function metrics(firstS: number, count: number, slow: (at: number) => boolean): string {
  const value = (service: string, metric: string, at: number): number | string => {
    if (service === "mail" && at % 5 === 4) return "";
    const wobble = 1 + ((at * 7) % 11) / 100;
    if (metric === "availability") return 100;
    const factor = slow(at) && service !== "mail" ? (service === "stock" ? 90 : 20) : 1;
    return 0.02 * wobble * factor;
  };
  return csv([
    ["microservice", ...columns.map(({ service }) => service)],
    ["metric", ...columns.map(({ metric }) => metric)],
    ["statistic", ...columns.map(({ statistic }) => statistic)],
    ...Array.from({ length: count }, (_, at) => [
      firstS + at * STEP_S,
      ...columns.map(({ service, metric }) => value(service, metric, at)),
    ]),
  ]);
}

const issue = "dataset/low_traffic/train/issue_0";
export const petshopTree = (): MadeTree => ({
  "dataset/low_traffic/graph.csv": csv([
    ["", ...SERVICES],
    ["gateway", 0, 1, 0, 0],
    ["orders", 0, 0, 1, 1],
    ["stock", 0, 0, 0, 0],
    ["mail", 0, 0, 0, 0],
  ]),
  "dataset/low_traffic/noissue/metrics.csv": metrics(FAULT_MS / 1000 - 400 * STEP_S, 300, () => false),
  [`${issue}/metrics.csv`]: metrics(FAULT_MS / 1000 - 2 * STEP_S, 6, (at) => at >= 2),
  [`${issue}/target.json`]: JSON.stringify({
    target: { node: "gateway", metric: "latency", agg: "Average", timestamp: FAULT_MS / 1000 + 20 },
    root_cause: { node: "stock", metric: "latency" },
  }),
  LICENSE: "made by hand for a test",
});

export const petshopCase: LayoutCase = {
  kind: "petshop",
  tree: () => without(petshopTree(), /LICENSE/),
  truth: ["stock"],
  cause: null,
  found: ["stock"],
  wrong: {
    change: (tree) => ({ ...tree, [`${issue}/metrics.csv`]: "time,gateway\n1,2\n3,4\n5,6\n" }),
    refusal: /dataset\/low_traffic\/train\/issue_0\/metrics\.csv has no column under three header rows/,
    expected: /time, gateway/,
  },
};
