import { KNOWN_ENTITY_KINDS } from "../domain/entity.ts";
import type { Vocabulary } from "../domain/incident.ts";
import chaos from "./vocabularies/chaos-labels.json" with { type: "json" };
import kubernetes from "./vocabularies/kubernetes-labels.json" with { type: "json" };

type Labels = Readonly<Record<string, readonly string[]>>;
type Label = Vocabulary["causes"][number];

/** For each cause card, the labels of suites that mean it or a special case of it, the likelier first. */
const LABELS: readonly Labels[] = [chaos, kubernetes];

/** The cause card for a label of a suite; the label itself when no card matches. */
export const cardOf = (label: string): string =>
  LABELS.flatMap((labels) => Object.entries(labels)).find(([, meant]) => meant.includes(label))?.[0] ?? label;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
const plain = (text: string): string => wordsOf(text).join(" ");

/** True if a label can apply to this kind of entity. A label without targets applies to any. */
const appliesTo = ({ target }: Label, entityKind: string): boolean =>
  target === null || target === "" || target.split("|").includes(entityKind);

/** Kinds of entities are too common in messages to distinguish labels. */
const COMMON: ReadonlySet<string> = new Set(KNOWN_ENTITY_KINDS);

/** How many words of the label occur in the evidence. Words that all labels share do not count. */
function wordsInEvidence(label: Label, labels: readonly Label[], evidenceText: ReadonlySet<string>): number {
  const wordsOfLabel = ({ id, description }: Label): string[] => wordsOf(`${id} ${description}`);
  const own = new Set(
    wordsOfLabel(label).filter(
      (word) => !COMMON.has(word) && !labels.every((other) => wordsOfLabel(other).includes(word)),
    ),
  );
  return [...own].filter((word) => evidenceText.has(word)).length;
}

/**
 * The suite's label for a cause card: null when its vocabulary has none, and the id of the card when it lists no
 * causes. Labels match by id, otherwise by description. If several match, the words of the evidence decide.
 *
 * @param evidenceText the text of the evidence for the hypothesis.
 */
export function labelOf(
  cause: string,
  entityKind: string,
  { causes }: Pick<Vocabulary, "causes">,
  evidenceText = "",
): string | null {
  if (causes.length === 0) return cause;
  const fitting = causes.filter((label) => appliesTo(label, entityKind));
  const meanings = [cause, ...LABELS.flatMap((labels) => labels[cause] ?? [])].map(plain);
  const meant = meanings.flatMap(
    (meaning) => fitting.find(({ id, description }) => plain(id) === meaning || plain(description) === meaning) ?? [],
  );
  const evidenceWords = new Set(wordsOf(evidenceText));
  const [best] = meant.toSorted(
    (a, b) => wordsInEvidence(b, meant, evidenceWords) - wordsInEvidence(a, meant, evidenceWords),
  );
  return best?.id ?? null;
}

/** The cards that mean this label of a suite, or a special case of it; general cards are left out. */
export const cardsMeaning = (label: string, generalCards: ReadonlySet<string>): string[] => [
  ...new Set([
    ...LABELS.flatMap((labels) => Object.entries(labels))
      .filter(([card, meant]) => meant.includes(label) && !generalCards.has(card))
      .map(([card]) => card),
    ...(generalCards.has(label) ? [] : [label]),
  ]),
];

/**
 * The card that means a label of a suite most closely: of those that are not general, the one that fewest labels mean;
 * of several, the one whose id shares most words with the label. Null if there is none.
 */
export function closestCard(label: string, generalCards: ReadonlySet<string>): string | null {
  const [closest] = LABELS.flatMap((labels) => Object.entries(labels))
    .filter(([card, meant]) => meant.includes(label) && !generalCards.has(card))
    .toSorted(([a, ofA], [b, ofB]) => ofA.length - ofB.length || sharedWords(b, label) - sharedWords(a, label));
  return closest?.[0] ?? null;
}

const sharedWords = (a: string, b: string): number => wordsOf(a).filter((word) => wordsOf(b).includes(word)).length;
