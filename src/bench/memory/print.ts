import { columns, fixed } from "../print-runs.ts";
import type { FirstPlace, LiftResult } from "./lift.ts";
import { type RecallMethod, METHODS, type RecallFigures, type RecallResult } from "./recall-bench.ts";
import type { MatchRefit } from "./refit.ts";
import type { MemoryBench } from "./run.ts";

const NAMES: Readonly<Record<RecallMethod, string>> = {
  bm25: "BM25",
  dense: "dense",
  hybrid: "hybrid",
  structure: "hybrid + structure",
};
const recallWords = ({ hit, p5, rr }: RecallFigures): string => `${fixed(hit)} ${fixed(p5)} ${fixed(rr)}`;
const firstWords = ({ entity, cause, both }: FirstPlace): string => `${fixed(entity)} ${fixed(cause)} ${fixed(both)}`;

function printRecall(title: string, { tables, gain }: RecallResult): string[] {
  const rows = tables.map(({ suite, n, methods, shownP5 }) => [
    suite,
    String(n),
    ...METHODS.map((method) => recallWords(methods[method])),
    fixed(shownP5),
  ]);
  const removed =
    `${(100 * gain.removed).toFixed(0)} % of BM25's 1 - MRR is gone; MRR ${fixed(gain.a)} -> ${fixed(gain.b)}, ` +
    `difference ${fixed(gain.difference)} [${fixed(gain.low)}, ${fixed(gain.high)}]`;
  return [
    `${title}: Hit@1 P@5 MRR`,
    ...columns([["", "n", ...METHODS.map((method) => NAMES[method]), "P@5 as shown"], ...rows]),
    `  ${removed}`,
  ];
}

function printLift(title: string, { tables, gain }: LiftResult): string[] {
  const rows = tables.map(({ suite, n, off, on }) => [suite, String(n), firstWords(off), firstWords(on)]);
  const { both } = gain;
  return [
    `${title}: rank 1 names the entity, the cause, both`,
    ...columns([["", "n", "memory off", "memory on"], ...rows]),
    `  both: ${fixed(100 * both.difference, 1)} points [${fixed(100 * both.low, 1)}, ${fixed(100 * both.high, 1)}]`,
  ];
}

export function printMemoryBench({ cases, recall, renamed, strangers, lift, poisoned }: MemoryBench): string {
  return [
    `${cases} labelled incidents in one memory. The measured incident is excluded, and so are all incidents of its ` +
      "system with the same entity and cause.",
    ...printRecall("recall", recall),
    ...printRecall("recall, every name replaced by the same new name in all incidents", renamed),
    ...printRecall("recall, every name replaced by a different new name in each incident", strangers),
    ...(lift === null ? [] : printLift("the whole analysis", lift)),
    ...poisoned.flatMap((one, at) =>
      printLift(`the whole analysis, a fifth of the memories given a wrong cause (${at + 1})`, one),
    ),
  ].join("\n");
}

const held = (what: string, of: MatchRefit["heldOutSuites"]): string[] =>
  of === null
    ? []
    : [
        `${what}: right ${fixed(of.right)}, stated ${fixed(of.stated)}, ECE ${fixed(of.ece)}, ` +
          `AUROC ${fixed(of.auroc)}, Brier ${fixed(of.brier)}, n ${of.n}`,
      ];

export function printMatchRefit({ bias, weights, heldOutIncidents, heldOutSuites, reliability }: MatchRefit): string {
  return [
    `log-odds = ${bias} + ${Object.entries(weights)
      .map(([name, weight]) => `${weight} ${name}`)
      .join(" + ")}`,
    ...held("incidents not fitted on", heldOutIncidents),
    ...held("suites not fitted on", heldOutSuites),
    ...columns([
      ["stated", "n", "mean", "right"],
      ...reliability.map(({ from, to, n, stated, right }) => [
        `${from.toFixed(1)}-${to.toFixed(1)}`,
        String(n),
        fixed(stated),
        fixed(right),
      ]),
    ]),
  ].join("\n");
}
