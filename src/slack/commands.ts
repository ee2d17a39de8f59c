/** A request that somebody typed in Slack. */
export type ChatCommand =
  | { kind: "help" }
  | { kind: "incident"; text: string; again: boolean }
  | { kind: "evidence"; id: string }
  | { kind: "similar" }
  | { kind: "why-not"; entity: string }
  | { kind: "note"; text: string }
  | { kind: "false-alarm" };

const PATTERNS: readonly { pattern: RegExp; toCommand: (found: RegExpExecArray) => ChatCommand }[] = [
  {
    pattern: /^note\s*:\s*([\s\S]+)$/i,
    toCommand: ([, text = ""]) => ({ kind: "note", text: text.trim().slice(0, 4000) }),
  },
  { pattern: /^(?:false[- ]alarm)\W*$/i, toCommand: () => ({ kind: "false-alarm" }) },
  { pattern: /^similar\W*$/i, toCommand: () => ({ kind: "similar" }) },
  { pattern: /^evidence\s+#?e?(\d{1,5})\W*$/i, toCommand: ([, n = ""]) => ({ kind: "evidence", id: `E${n}` }) },
  { pattern: /^why\s+not\s+(.+?)\??$/i, toCommand: ([, entity = ""]) => ({ kind: "why-not", entity: entity.trim() }) },
  { pattern: /^(?:re-?run|again)\W*$/i, toCommand: () => ({ kind: "incident", text: "", again: true }) },
  { pattern: /^(?:explain|why)\W*$/i, toCommand: () => ({ kind: "incident", text: "", again: false }) },
  { pattern: /^(?:help|\?)?$/i, toCommand: () => ({ kind: "help" }) },
];

/**
 * Parses a request. Any text that is not a command is a question about an incident, or its id.
 *
 * @param text as Slack sends it. The mention of Causeway is removed.
 */
export function readCommand(text: string, userId: string): ChatCommand {
  const request = text
    .replaceAll(`<@${userId}>`, " ")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replaceAll(/[ \t]+/g, " ")
    .trim();
  for (const { pattern, toCommand } of PATTERNS) {
    const found = pattern.exec(request);
    if (found) return toCommand(found);
  }
  return { kind: "incident", text: request.slice(0, 500), again: false };
}

const STOP_WORDS = new Set(
  (
    "why is are was the a an so what happened happens with to of in on wrong going please explain did " +
    "does do has have it and for tell me about analyse analyze"
  ).split(" "),
);
const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !STOP_WORDS.has(word));

/** The parts of an incident that a question may name. */
export type IncidentCandidate = {
  id: string;
  title: string;
  system: string | null;
  entities: readonly string[];
  isOpen: boolean;
};

/**
 * Finds the incidents that a question means, best first: by id, else by the most words in common with title, system and
 * affected entities. Open incidents come before closed ones. Empty when no word matches.
 */
export function matchIncidents<T extends IncidentCandidate>(question: string, known: readonly T[]): T[] {
  const named = known.find(({ id }) => id === question.trim().replace(/^`|`$/g, ""));
  if (named) return [named];
  const queryWords = wordsOf(question);
  const scored = known.map((one, at) => {
    const words = new Set(wordsOf([one.id, one.title, one.system ?? "", ...one.entities].join(" ")));
    return { one, at, score: queryWords.filter((word) => words.has(word)).length };
  });
  const best = Math.max(0, ...scored.map(({ score }) => score));
  if (best === 0) return [];
  return scored
    .filter(({ score }) => score === best)
    .toSorted((a, b) => Number(b.one.isOpen) - Number(a.one.isOpen) || a.at - b.at)
    .map(({ one }) => one);
}
