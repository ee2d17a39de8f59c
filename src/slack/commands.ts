/** What somebody asked of the program, in words. */
export type Asked =
  | { kind: "help" }
  | { kind: "incident"; text: string; again: boolean }
  | { kind: "evidence"; id: string }
  | { kind: "similar" }
  | { kind: "why-not"; entity: string }
  | { kind: "note"; text: string }
  | { kind: "false-alarm" };

const PATTERNS: readonly { pattern: RegExp; asked: (found: RegExpExecArray) => Asked }[] = [
  {
    pattern: /^note\s*:\s*([\s\S]+)$/i,
    asked: ([, text = ""]) => ({ kind: "note", text: text.trim().slice(0, 4000) }),
  },
  { pattern: /^(?:false[- ]alarm)\W*$/i, asked: () => ({ kind: "false-alarm" }) },
  { pattern: /^similar\W*$/i, asked: () => ({ kind: "similar" }) },
  { pattern: /^evidence\s+#?e?(\d{1,5})\W*$/i, asked: ([, n = ""]) => ({ kind: "evidence", id: `E${n}` }) },
  { pattern: /^why\s+not\s+(.+?)\??$/i, asked: ([, entity = ""]) => ({ kind: "why-not", entity: entity.trim() }) },
  { pattern: /^(?:re-?run|again)\W*$/i, asked: () => ({ kind: "incident", text: "", again: true }) },
  { pattern: /^(?:explain|why)\W*$/i, asked: () => ({ kind: "incident", text: "", again: false }) },
  { pattern: /^(?:help|\?)?$/i, asked: () => ({ kind: "help" }) },
];

/**
 * Reads what was asked. Anything that is no command is a question about an incident, or its id.
 *
 * @param text as Slack gives it; the mention of the program itself is stripped.
 */
export function readAsked(text: string, userId: string): Asked {
  const said = text
    .replaceAll(`<@${userId}>`, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/[ \t]+/g, " ")
    .trim();
  for (const { pattern, asked } of PATTERNS) {
    const found = pattern.exec(said);
    if (found) return asked(found);
  }
  return { kind: "incident", text: said.slice(0, 500), again: false };
}

const STOP_WORDS = new Set([
  "why",
  "is",
  "are",
  "was",
  "the",
  "a",
  "an",
  "so",
  "what",
  "happened",
  "happens",
  "with",
  "to",
  "of",
  "in",
  "on",
  "wrong",
  "going",
  "please",
  "explain",
  "did",
  "does",
  "do",
  "has",
  "have",
  "it",
  "and",
  "for",
  "tell",
  "me",
  "about",
  "analyse",
  "analyze",
]);
const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !STOP_WORDS.has(word));

/** What of an incident a question may name. */
export type Askable = {
  id: string;
  title: string;
  system: string | null;
  entities: readonly string[];
  isOpen: boolean;
};

/**
 * The incidents that a question names, the likeliest first: its id, or else the most of its words in title, system and what is ill.
 * Open ones come before closed ones. Empty where no word is known.
 */
export function matchIncidents<T extends Askable>(question: string, known: readonly T[]): T[] {
  const named = known.find(({ id }) => id === question.trim().replace(/^`|`$/g, ""));
  if (named) return [named];
  const asked = wordsOf(question);
  const scored = known.map((one, at) => {
    const words = new Set(wordsOf([one.id, one.title, one.system ?? "", ...one.entities].join(" ")));
    return { one, at, score: asked.filter((word) => words.has(word)).length };
  });
  const best = Math.max(0, ...scored.map(({ score }) => score));
  if (best === 0) return [];
  return scored
    .filter(({ score }) => score === best)
    .toSorted((a, b) => Number(b.one.isOpen) - Number(a.one.isOpen) || a.at - b.at)
    .map(({ one }) => one);
}
