import type { AnswerGap } from "../../domain/ports.ts";
import type { Listing } from "./listing.ts";
import type { MetricPlan } from "./plan.ts";

/** Metrics that a gap names. */
const NAMED_METRICS = 5;

/** What the plan leaves out. */
export function gapsOf({ isCapped }: Listing, { leftOut }: MetricPlan): AnswerGap[] {
  const gaps: AnswerGap[] = [];
  if (isCapped)
    gaps.push({
      kind: "capped",
      why: "the server has more series than Causeway lists; it listed those nearest to the alert first",
    });
  if (leftOut.series > 0)
    gaps.push({
      kind: "capped",
      why:
        `${leftOut.series} series that tell less were left out: ${leftOut.metrics.slice(0, NAMED_METRICS).join(", ")}` +
        (leftOut.metrics.length > NAMED_METRICS ? ` and ${leftOut.metrics.length - NAMED_METRICS} more metrics` : ""),
    });
  return gaps;
}

export const unnamedGaps = (count: number): AnswerGap[] =>
  count === 0
    ? []
    : [
        {
          kind: "capped",
          why: `${count} series have no label that names an entity; add one to \`labels:\` of this source`,
        },
      ];

/** Each gap once: several queries may warn of the same. */
export const distinctGaps = (gaps: readonly AnswerGap[]): AnswerGap[] => [
  ...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values(),
];
