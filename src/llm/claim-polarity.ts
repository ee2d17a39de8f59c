import type { CitedFinding } from "../domain/finding.ts";

const NEGATION =
  "(?:not|no|never|none|nobody|nothing|without|neither|nor|cannot|hardly|barely|" +
  String.raw`lacks?|lacked|lacking|\p{L}+n't|un(?:affected|harmed|related))`;
const WORD = /[\p{L}][\p{L}']*/gu;
const IS_NEGATION = new RegExp(`^${NEGATION}$`, "iu");
/** Words between a negation and what it denies. */
const SKIPPED = new Set(
  "the a an any been be have has had did do does is was were are longer yet only able to of in at it " +
    "its more than even".split(" "),
);
/** What a sentence about the evidence itself may say. */
const EPISTEMIC = new Set(
  "known clear certain proven prove proves shown show shows decided decide separate enough explained " +
    "explain explains recorded evidence sign finding measured observed confirmed".split(" "),
);
const EPISTEMIC_SUBJECT = /(?<!\p{L})(?:evidence|telemetry|findings?|data|causes?|it is|why|what)(?!\p{L})/iu;
/** What the kind of a finding denies, in words. */
const DENIED_BY_KIND: Readonly<Record<string, string>> = {
  "log.vanished-template": "no longer logs, not logged, never written, no line, no message",
  "metric.silence": "no samples, not reporting, no data, no metrics, no values",
  "trace.silence": "no calls, not called, does not call, no spans, no requests",
  "trace.stopped-work": "no calls, no longer calls, does not call, no spans",
  "trace.failed-call": "never reach, not reached, no answer, not answer, not respond, no response",
  "cluster.not-ready": "not ready",
  "cluster.no-endpoints": "no endpoints, no pods, no instances",
  "cluster.unschedulable": "not scheduled, cannot be scheduled, no node",
  "cluster.unreachable": "not reached, not reachable, cannot reach",
  "cluster.image-pull": "cannot pull, not pulled",
};

const stem = (word: string): string =>
  word
    .toLowerCase()
    .replace(/'s$/, "")
    .slice(0, 5)
    .replace(/(?<=.{3})[es]+$/, "");

type Denied = { stem: string; word: string };

/** The words that a text denies: the first two that carry meaning after each negation. */
function deniedIn(text: string): { negation: string; denied: Denied[]; isDouble: boolean }[] {
  const words = [...text.matchAll(WORD)].map(([word]) => word);
  return words.flatMap((word, i) => {
    if (!IS_NEGATION.test(word)) return [];
    const after = words
      .slice(i + 1, i + 7)
      .filter((next) => !SKIPPED.has(next.toLowerCase()) && !IS_NEGATION.test(next))
      .slice(0, 2)
      .map((next) => ({ stem: stem(next), word: next.toLowerCase() }));
    const isDouble = words.slice(i + 1, i + 4).some((next) => IS_NEGATION.test(next));
    return [{ negation: word, denied: after, isDouble }];
  });
}

/**
 * Why a claim denies what its evidence states, or states what its evidence only denies; null if it does neither. A
 * denial
 * must be in the evidence in the same words, or in the kind of a finding (a silent metric: "no samples").
 */
export function wrongPolarity(text: string, cited: readonly CitedFinding[], held: readonly string[]): string | null {
  const sources = [...held, ...cited.flatMap(({ kind }) => DENIED_BY_KIND[kind] ?? [])];
  const heldDenials = sources.flatMap(deniedIn);
  const deniedStems = new Set(heldDenials.flatMap(({ denied }) => denied.map((one) => one.stem)));
  const claimed = deniedIn(text);
  for (const { negation, denied, isDouble } of claimed) {
    const isAbout = EPISTEMIC_SUBJECT.test(text) && denied.some((one) => EPISTEMIC.has(one.word));
    if (isDouble || !(isAbout || denied.some((one) => deniedStems.has(one.stem))))
      return `its evidence does not say "${[negation, ...denied.map(({ word }) => word)].join(" ")}"`;
  }
  const firm = new Set(held.flatMap(deniedIn).flatMap(({ denied }) => denied.slice(0, 1).map((one) => one.stem)));
  const stated = new Set(
    held.flatMap((source) => {
      const denials = deniedIn(source).flatMap(({ denied }) => denied.map((one) => one.stem));
      return [...source.matchAll(WORD)].map(([word]) => stem(word)).filter((one) => !denials.includes(one));
    }),
  );
  const claimedDenials = new Set(claimed.flatMap(({ denied }) => denied.map((one) => one.stem)));
  const bare = [...text.matchAll(WORD)]
    .map(([word]) => word)
    .find((word) => {
      const its = stem(word);
      return firm.has(its) && !stated.has(its) && !claimedDenials.has(its) && !IS_NEGATION.test(word);
    });
  return bare === undefined ? null : `its evidence denies "${bare}"`;
}

const UP = new RegExp(
  String.raw`(?<!\p{L})(?:rose|rises?|risen|rising|increas(?:e|es|ed|ing)|grew|grows?|grown|growing|` +
    String.raw`climb(?:s|ed|ing)?|jump(?:s|ed)?|spik(?:e|es|ed|ing)|surg(?:e|es|ed)|up from|went up|higher|went up|` +
    String.raw`soar(?:s|ed))(?!\p{L})`,
  "iu",
);
const DOWN = new RegExp(
  String.raw`(?<!\p{L})(?:fell|falls?|fallen|falling|decreas(?:e|es|ed|ing)|drop(?:s|ped|ping)?|sank|shrank|` +
    String.raw`declin(?:e|es|ed|ing)|down from|went down|lower|reduced|plung(?:e|es|ed)|dips?|dipped)(?!\p{L})`,
  "iu",
);

/** Why a claim has the direction of its evidence wrong; null if it has not, or if the evidence has none or both. */
export function wrongDirection(text: string, cited: readonly CitedFinding[], held: readonly string[]): string | null {
  const directions = new Set(
    cited.flatMap(({ evidence: { facts } }) =>
      facts.direction === "up" || facts.direction === "down" ? [facts.direction] : [],
    ),
  );
  const says = { up: UP.exec(text)?.[0], down: DOWN.exec(text)?.[0] };
  const isUp = directions.has("up") || held.some((one) => UP.test(one));
  const isDown = directions.has("down") || held.some((one) => DOWN.test(one));
  if (directions.size === 0 && !isUp && !isDown) return null;
  if (says.up !== undefined && !isUp) return `its evidence does not say that anything ${says.up.toLowerCase()}`;
  if (says.down !== undefined && !isDown) return `its evidence does not say that anything ${says.down.toLowerCase()}`;
  return null;
}
