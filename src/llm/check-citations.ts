import type { CitedFinding } from "../domain/finding.ts";
import type { Claim } from "../domain/ports.ts";
import { type CitedEvidence, evidenceOf, missing, textsOf, together } from "./cited-evidence.ts";
import { anyOf, identifiersOf, without } from "./identifiers.ts";
import { readable, readQuantities } from "./read-quantities.ts";

/** A sentence longer than this is not one. */
const MAX_CLAIM_LENGTH = 600;
/** Shorter names read as words of the language, or as part of one. */
const SHORTEST_NAME = 3;

export type Checked = { kept: Claim[]; dropped: { claim: Claim; why: string }[] };

/**
 * Keeps the claims that the findings bear out. A claim is dropped when
 * - it cites no id, or one that is not among the findings, in its list or in its text (a known id in the text counts as cited);
 * - it holds a number, time or day that the cited findings do not hold in facts, summary, template, onset or window. Rounding to
 *   the digits shown, thousands separators, ratio for percent, and units of time and of bytes are allowed; sums, differences and
 *   factors that the model worked out itself are not. "one" to "nine" without a unit are prose; number words from ten on,
 *   "zero", "twice", "half of" and such are numbers; "hundreds of" is dropped, as nothing can bear it out;
 * - it holds a word with digits (`p95`, `10.0.0.1`) that the cited findings do not have;
 * - it holds an address, a tag or a link that the cited findings do not hold: a log line may have asked for it;
 * - it names an entity of the analysis that no cited finding is about or has as its peer, and that is not on `path`.
 *
 * @param path Entities from symptom to cause: these may be named without evidence of their own.
 */
export function checkCitations(
  claims: readonly Claim[],
  findings: readonly CitedFinding[],
  path: readonly string[] = [],
): Checked {
  const cited = new Set(
    claims.flatMap(({ text, evidenceIds }) => [...evidenceIds.map((id) => id.trim()), ...words(readable(text))]),
  );
  const byId = new Map(
    findings.map((finding): [string, Known] => [
      finding.id,
      { finding, evidence: cited.has(finding.id) ? evidenceOf(finding) : null },
    ]),
  );
  const names = nameIndex([
    ...findings.flatMap(({ entity, peer }) => (peer === null ? [entity.id] : [entity.id, peer])),
    ...path,
  ]);
  const checked: Checked = { kept: [], dropped: [] };
  for (const claim of claims) {
    const verdict = check(claim, byId, names, path);
    if (typeof verdict === "string") checked.dropped.push({ claim, why: verdict });
    else checked.kept.push(verdict);
  }
  return checked;
}

/** A finding, and what it holds where some claim cites it: read once for all claims. */
type Known = { finding: CitedFinding; evidence: CitedEvidence | null };

/** The claim as it is kept, or why it is not. */
function check(
  claim: Claim,
  byId: ReadonlyMap<string, Known>,
  names: NameIndex,
  path: readonly string[],
): Claim | string {
  const text = readable(claim.text).trim();
  if (text === "") return "it says nothing";
  if (text.length > MAX_CLAIM_LENGTH) return `it is longer than ${MAX_CLAIM_LENGTH} characters`;

  const inText = words(text).filter((word) => byId.has(word) && /\d/.test(word));
  const ids = [...new Set([...claim.evidenceIds.map((id) => id.trim()), ...inText])];
  if (ids.length === 0) return "it cites no evidence";
  const unknown = ids.find((id) => !byId.has(id));
  if (unknown !== undefined) return `it cites ${JSON.stringify(unknown)}, which is no finding`;
  const cited = ids.flatMap((id) => byId.get(id) ?? []);

  const evidence = together(cited.flatMap(({ evidence }) => evidence ?? []));
  const named = namesIn(text, names);
  const nameDigits = named.flatMap((name) => identifiersOf(name));
  const rest = without(text, [...named, ...inText, ...evidence.identifiers, ...nameDigits]);
  const lacking = readQuantities(rest)
    .map((quantity) => missing(quantity, evidence))
    .find((why) => why !== null);
  if (lacking !== undefined) return lacking;

  const live = liveIn(text).find(
    (part) =>
      !cited.some(({ finding }) => textsOf(finding).some((held) => readable(held).toLowerCase().includes(part))),
  );
  if (live !== undefined) return `${live} is not in the cited evidence`;

  const covered = new Set([
    ...path,
    ...cited.flatMap(({ finding: { entity, peer } }) => (peer === null ? [entity.id] : [entity.id, peer])),
  ]);
  const stray = named.find((name) => names.get(name)?.some((id) => covered.has(id)) === false);
  if (stray !== undefined) return `it names ${stray}, which none of its evidence is about`;
  return { text: claim.text.trim(), evidenceIds: ids };
}

/** A name in lower case → the entities that it may mean; the last part of `ns/Kind/name` is a name too. */
type NameIndex = ReadonlyMap<string, readonly string[]>;

function nameIndex(ids: readonly string[]): NameIndex {
  const pairs = [...new Set(ids)].flatMap((id) =>
    [...new Set([id, id.split("/").at(-1) ?? id])].map((name) => [readable(name).trim().toLowerCase(), id] as const),
  );
  const byName = Map.groupBy(
    pairs.filter(([name]) => name.length >= SHORTEST_NAME && /\p{L}/u.test(name)),
    ([name]) => name,
  );
  return new Map([...byName].map(([name, same]) => [name, same.map(([, id]) => id)]));
}

/** The names that stand in a text; of two that overlap the longer. */
function namesIn(text: string, names: NameIndex): string[] {
  const lower = text.toLowerCase();
  const present = [...names.keys()].filter((name) => lower.includes(name));
  if (present.length === 0) return [];
  return [...new Set([...lower.matchAll(namePattern(present))].map(([name]) => name))];
}

/** A name as a whole, not as a part of a longer one: "orders" does not stand in "orders-db". */
const namePattern = (names: readonly string[]): RegExp =>
  new RegExp(
    String.raw`(?<![\p{L}\p{N}_]|[\p{L}\p{N}][./-])(?:${anyOf(names)})(?![\p{L}\p{N}_]|[./-][\p{L}\p{N}])`,
    "giu",
  );

/** What leads somewhere, or is more than words where it is shown. */
const LIVE =
  /(?:[a-z][a-z0-9+.-]*:\/\/|www\.|javascript:|mailto:)\S+|[\w.+-]+@(?:[\w-]+\.)+[\w-]+|(?:[\w-]+\.)+[a-z]{2,}\/\S+|<[a-z!/@#*][^<>\s]*|\]\([^)]*\)/giu;

/** In lower case, without the marks of the sentence after it. */
const liveIn = (text: string): string[] =>
  [...text.matchAll(LIVE)].map(([found]) => found.toLowerCase().replace(/[\p{P}\p{S}]+$/u, ""));

const words = (text: string): string[] => text.split(/[\s()[\]{},;.:]+/u);
