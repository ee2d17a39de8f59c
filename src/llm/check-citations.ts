import type { CitedFinding } from "../domain/finding.ts";
import type { Claim } from "../domain/ports.ts";
import { type CitedEvidence, evidenceOf, missing, textsOf, together } from "./cited-evidence.ts";
import { anyOf, identifiersOf, without } from "./identifiers.ts";
import { inventedName } from "./claim-names.ts";
import { wrongDirection, wrongPolarity } from "./claim-polarity.ts";
import { wrongShare } from "./claim-shares.ts";
import { readable, readQuantities } from "./read-quantities.ts";
import { unsafeOutput } from "./unsafe-output.ts";

/** Characters. Longer text is not one sentence. */
const MAX_CLAIM_LENGTH = 600;
/** Shorter names are too easily ordinary words. */
const SHORTEST_NAME = 3;

export type Checked = { kept: Claim[]; dropped: { claim: Claim; why: string }[] };

/**
 * Keeps the claims that the findings support. A claim is dropped if
 * - it cites no finding, or an unknown id, in its list or in its text (a known id in the text counts as cited);
 * - it holds a number, time or day that is missing from the cited findings' facts, summary, template, onset and window.
 *   Rounding to the digits shown, thousands separators, ratio for percent, and other units of time and bytes are
 *   allowed. Sums, differences and factors that the model computed are not. "one" to "nine" without a unit are prose;
 *   number words from ten on, "zero", "twice" and "half of" are numbers; "hundreds of" always fails;
 * - it holds a word with digits (`p95`, `10.0.0.1`) that the cited findings lack;
 * - it holds an address, tag, link, command or secret that the cited findings lack, or Markdown;
 * - it names an entity of the analysis that is neither entity nor peer of a cited finding, nor on `path`; or something
 *   else that is written like a name, and that the cited findings do not mention;
 * - it denies what they do not deny, or the other way round; it has their direction wrong ("fell" for "rose"); it states
 *   a share in words ("most requests") that they do not hold.
 *
 * @param path entities from symptom to cause. They may be named without evidence of their own where no number or time is
 *   stated.
 * @param author the last two rules are for a model's words. Code builds its sentences from the findings themselves.
 */
export function checkCitations(
  claims: readonly Claim[],
  findings: readonly CitedFinding[],
  path: readonly string[] = [],
  author: "model" | "code" = "model",
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
    const verdict = check(claim, byId, names, { path, author });
    if (typeof verdict === "string") checked.dropped.push({ claim, why: verdict });
    else checked.kept.push(verdict);
  }
  return checked;
}

/** A finding with its evidence, if a claim cites it: read once for all claims. */
type Known = { finding: CitedFinding; evidence: CitedEvidence | null };

/** The claim to keep, or the reason to drop it. */
function check(
  claim: Claim,
  byId: ReadonlyMap<string, Known>,
  names: NameIndex,
  { path, author }: { path: readonly string[]; author: "model" | "code" },
): Claim | string {
  const text = readable(claim.text).trim();
  if (text === "") return "it is empty";
  if (text.length > MAX_CLAIM_LENGTH) return `it is longer than ${MAX_CLAIM_LENGTH} characters`;

  const inText = words(text).filter((word) => byId.has(word) && /\d/.test(word));
  const ids = [...new Set([...claim.evidenceIds.map((id) => id.trim()), ...inText])];
  if (ids.length === 0) return "it cites no evidence";
  const unknown = ids.find((id) => !byId.has(id));
  if (unknown !== undefined) return `it cites ${JSON.stringify(unknown)}, which is not a finding`;
  const cited = ids.flatMap((id) => byId.get(id) ?? []);

  const evidence = together(cited.flatMap(({ evidence }) => evidence ?? []));
  const named = namesIn(text, names);
  const nameDigits = named.flatMap((name) => identifiersOf(name));
  const rest = without(text, [...named, ...inText, ...evidence.identifiers, ...nameDigits]);
  const quantities = readQuantities(rest);
  const lacking = quantities.map((quantity) => missing(quantity, evidence, text)).find((why) => why !== null);
  if (lacking !== undefined) return lacking;

  const findings = cited.map(({ finding }) => finding);
  const held = findings.flatMap(textsOf).map((one) => readable(one).toLowerCase());
  const unsafe = unsafeOutput(text, held);
  if (unsafe !== null) return unsafe;

  const own = new Set(findings.flatMap(({ entity, peer }) => (peer === null ? [entity.id] : [entity.id, peer])));
  // A number or a time belongs to the entities that its evidence is about, and so does a claim that names no other.
  const isAboutOwn = named.some((name) => names.get(name)?.some((id) => own.has(id)));
  const mayNamePath = author === "code" || (isAboutOwn && quantities.length === 0);
  const covered = new Set([...(mayNamePath ? path : []), ...own]);
  const uncited = named.find((name) => names.get(name)?.some((id) => covered.has(id)) === false);
  if (uncited !== undefined) return `it names ${uncited}, which its evidence does not mention`;
  if (author === "code") return { text: claim.text.trim(), evidenceIds: ids };
  const unnamed = without(text, [...named, ...inText]);
  const invented = inventedName(unnamed, held);
  if (invented !== null) return `it names ${invented}, which its evidence does not mention`;
  const wrong =
    wrongPolarity(unnamed, findings, held) ?? wrongDirection(unnamed, findings, held) ?? wrongShare(text, held);
  if (wrong !== null) return wrong;
  return { text: claim.text.trim(), evidenceIds: ids };
}

/** Lower-case name → the entities it may mean. The last part of `ns/Kind/name` is a name too. */
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

/** The entities that a text names: by id, or by the last part of an id. */
export function entitiesNamed(text: string, ids: Iterable<string>): string[] {
  const index = nameIndex([...ids]);
  return [...new Set(namesIn(readable(text), index).flatMap((name) => index.get(name) ?? []))];
}

/** Names that occur in a text; of two that overlap, the longer. */
function namesIn(text: string, names: NameIndex): string[] {
  const lower = text.toLowerCase();
  const present = [...names.keys()].filter((name) => lower.includes(name));
  if (present.length === 0) return [];
  return [...new Set([...lower.matchAll(namePattern(present))].map(([name]) => name))];
}

/** Matches whole names only: "orders" does not match in "orders-db". */
const namePattern = (names: readonly string[]): RegExp =>
  new RegExp(
    String.raw`(?<![\p{L}\p{N}_]|[\p{L}\p{N}][./-])(?:${anyOf(names)})(?![\p{L}\p{N}_]|[./-][\p{L}\p{N}])`,
    "giu",
  );

const words = (text: string): string[] => text.split(/[\s()[\]{},;.:]+/u);
