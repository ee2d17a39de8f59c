/** What a question about an analysis asks for. `about`: the words that name something; "" for none. */
export type QuestionForm =
  | { kind: "candidate"; about: string; isHint: boolean }
  | { kind: "evidence"; about: string }
  | { kind: "changes" | "onset" | "affected" | "next" | "why" }
  | { kind: "unknown" };

/** A pattern for the whole of a question. */
const form = (...parts: readonly string[]): RegExp => new RegExp(parts.join(""));
const GUESS = [
  "what about|how about|what if it (?:is|was)|maybe|perhaps|i (?:think|suspect|bet|guess)(?: it(?:'s| is| was)?)?",
  "check|look at|have you (?:checked|looked at)|did you (?:check|look at)|consider|suspect",
].join("|");
const BLAME = "cause|culprit|problem|fault|to blame|at fault|involved|broken|guilty";
const STATE = "so|very|slow|down|failing|fail|broken|red|unhealthy|affected|to blame|the (?:root )?cause";

/** In this order: the first that fits. Each pattern reads the question in lower case, without marks at its end. */
const FORMS: readonly { pattern: RegExp; read: (about: string) => QuestionForm }[] = [
  { pattern: /^why (?:not|isn'?t it|is it not|was it not)\b ?(.*)$/, read: (about) => candidate(about, false) },
  { pattern: /^why (?:did you |do you |have you )?(?:rule|ruled) out (.+)$/, read: (about) => candidate(about, false) },
  {
    pattern: form(
      String.raw`^(?:what|which|did|was|has|were|any|who)\b.*\b`,
      "(?:chang|deploy|release|roll(?:ed)? ?out|rollback|config(?:ured|uration)?|upgrad|shipped)",
    ),
    read: () => ({ kind: "changes" }),
  },
  {
    pattern: form(
      "^is (?:it|this|that|the (?:incident|problem|outage)) ",
      "(?:(?:now|still|already|really) )*(?:over|fixed|resolved|solved|gone|ongoing|happening|bad|serious|going on|active)$",
    ),
    read: () => ({ kind: "unknown" }),
  },
  {
    pattern: form(
      "^(?:could|can|might|may|would|was|is|isn'?t|wasn'?t|couldn'?t) ",
      "(?:it |this |that |the cause |the root cause |the problem )?(?:be |been |have been |rather |also |just )*",
      `(.+?)(?: (?:be|is|was)?(?: ?the)? ?(?:root )?(?:${BLAME}))?$`,
    ),
    read: (about) => candidate(about, true),
  },
  { pattern: form(`^(?:${GUESS}) (.+)$`), read: (about) => candidate(about, true) },
  {
    pattern: form(
      String.raw`^(?:what|which|show|list|is there|are there|any|give me)?\b ?(?:me )?(?:is |are )?(?:the |any )?`,
      "(?:evidence|proof|signs?) ?(?:for|against|of|about|on)? ?(.*)$",
    ),
    read: (about) => ({ kind: "evidence", about }),
  },
  { pattern: /^(?:since when|how long|when)\b/, read: () => ({ kind: "onset" }) },
  {
    pattern: /\b(?:affected|impact|blast radius|hit by|users notice|customers?|who (?:suffers|notices|feels))\b/,
    read: () => ({ kind: "affected" }),
  },
  {
    pattern: form(
      "^what (?:next|now|should|would settle|else|is missing|was not checked|do (?:we|i) (?:do|check))",
      String.raw`|\b(?:next step|not checked|settle it|missing)\b`,
    ),
    read: () => ({ kind: "next" }),
  },
  {
    pattern:
      /^(?:why|explain|what happened|what is (?:wrong|going on|the (?:root )?cause)|summary)\b(?! is | was | did | does | do | are )/,
    read: () => ({ kind: "why" }),
  },
  {
    pattern: form(`^why (?:is|was|did|does|do|are) (.+?)(?: (?:${STATE}))*$`),
    read: (about) => candidate(about, false),
  },
];

const candidate = (about: string, isHint: boolean): QuestionForm => ({
  kind: "candidate",
  about: about.trim(),
  isHint,
});

/** Reads a question by its form. What it names is compared with the analysis later. */
export function readQuestion(question: string): QuestionForm {
  const text = question
    .toLowerCase()
    .replaceAll("’", "'")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 500)
    .replace(/[?!.\s]+$/, "");
  for (const { pattern, read } of FORMS) {
    const found = pattern.exec(text);
    if (found !== null) return read((found[1] ?? "").trim());
  }
  return { kind: "unknown" };
}

/** What can be answered without a model. */
export const CAN_BE_ANSWERED = [
  "why not X, could it be X: its place in the ranking, the evidence for and against it",
  "what is the evidence for X",
  "what changed",
  "since when",
  "who is affected",
  "what next: what would settle it, and what was not checked",
  "why: the explanation of the report",
  "a plan: logs where level >= error | count by service",
];
