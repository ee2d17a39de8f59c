import type { IncidentDocument, IncidentShape } from "../domain/memory.ts";
import { asOneWord, symptomsOf } from "./symptoms.ts";
import { contentWords } from "./text/content-words.ts";
import type { Seen } from "./document.ts";

const MAX_SIGNS = 3;
const MAX_WORDS = 5;
const WORD = /[\p{L}\p{N}_]+/gu;
/** Words of most failures: true of both incidents, and no reason to compare them. */
const OF_ANY_FAILURE: ReadonlySet<string> = new Set(
  "fail failed failing failure connect connected connection connections server client service call retry".split(" "),
);
/** Words for the role of a sign: `self metric.shift latency up` is a sign of the suspect itself. */
const WHERE: Readonly<Record<string, string>> = {
  self: "the suspect",
  member: "a pod of the suspect",
  guest: "a pod on the suspect",
  owner: "its service",
  sibling: "another pod of its service",
  host: "its node",
  caller: "a caller",
  callee: "a callee",
  entry: "the entry",
};

/** One line on what a past incident has in common with this one: signs by role, else common names and log words. */
export function whySimilar(
  past: Pick<IncidentDocument, "text" | "shape">,
  seen: Pick<Seen, "ranking" | "findings">,
  signs: IncidentShape["signs"],
): string {
  const remembered = new Set(past.text.toLowerCase().match(WORD));
  const { names, words } = symptomsOf(seen.findings, seen.ranking);
  const [sharedNames, sharedWords] = [names, words.filter(isMeaningful)].map((list) =>
    list.filter((word) => remembered.has(word)).slice(0, MAX_WORDS),
  );
  const reasons = [
    ...sharedSigns(signs, past.shape.signs),
    sharedNames !== undefined && sharedNames.length > 0 && `both mention ${sharedNames.map(asPhrase).join(", ")}`,
    sharedWords !== undefined && sharedWords.length > 0 && `both logs contain "${sharedWords.join('", "')}"`,
  ].filter((reason) => reason !== false);
  return reasons.join("; ") || kindsInCommon(past, seen) || "similar texts";
}

const isMeaningful = (word: string): boolean => contentWords(word).length > 0 && !OF_ANY_FAILURE.has(word);

/** The signs with the highest weight in both, by role: "both show latency up (metric shift) on the suspect". */
function sharedSigns(present: IncidentShape["signs"], past: IncidentShape["signs"]): string[] {
  const known = new Map(past.map(({ sign, weight }) => [sign, weight]));
  const shared = present
    .map(({ sign, weight }) => ({
      role: sign.slice(0, sign.indexOf(" ")),
      what: sign.slice(sign.indexOf(" ") + 1),
      weight: weight * (known.get(sign) ?? 0),
    }))
    .filter(({ role, weight }) => weight > 0 && role in WHERE)
    .toSorted((a, b) => Number(b.role === "self") - Number(a.role === "self") || b.weight - a.weight)
    .filter((one, at, all) => all.findIndex((other) => sameFinding(one, other)) === at)
    .slice(0, MAX_SIGNS);
  return [...Map.groupBy(shared, ({ role }) => role)].map(
    ([role, list]) => `both show ${list.map(({ what }) => signLabel(what)).join(", ")} on ${WHERE[role] ?? role}`,
  );
}

/** "metric.shift latency up" → "latency up (metric shift)". */
function signLabel(sign: string): string {
  const [kind = "", ...rest] = sign.split(" ");
  const label = kind.replaceAll(/[.-]/g, " ");
  return rest.length === 0 ? label : `${rest.join(" ")} (${label})`;
}

/** A signal with its direction is one search word: "latency_up" → "latency up". */
const asPhrase = (name: string): string => name.replace(/^([a-z]+)_(up|down)$/, "$1 $2");

/** Do two signs come from one finding? A finding gives one sign by its family and one by its own name. */
const sameFinding = (a: { role: string; what: string; weight: number }, b: typeof a): boolean =>
  a.role === b.role &&
  a.weight === b.weight &&
  a.what.split(" ")[0] === b.what.split(" ")[0] &&
  a.what.split(" ").at(-1) === b.what.split(" ").at(-1);

function kindsInCommon(
  { text }: Pick<IncidentDocument, "text">,
  { findings, ranking }: Pick<Seen, "ranking" | "findings">,
): string {
  const remembered = new Set(text.toLowerCase().match(WORD));
  const kinds = symptomsOf(findings, ranking).kinds.filter((kind) => remembered.has(asOneWord(kind)));
  return kinds.length === 0 ? "" : `both show ${kinds.map(signLabel).join(", ")}`;
}
