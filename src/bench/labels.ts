import { KNOWN_ENTITY_KINDS } from "../domain/entity.ts";
import type { Vocabulary } from "../domain/incident.ts";
import chaos from "./vocabularies/chaos-labels.json" with { type: "json" };
import kubernetes from "./vocabularies/kubernetes-labels.json" with { type: "json" };

type Labels = Readonly<Record<string, readonly string[]>>;
type Label = Vocabulary["causes"][number];

/** For each cause card the labels that mean it, or a special case of it; the likelier first. Which of them there are, the asker's own list says. */
const LABELS: readonly Labels[] = [chaos, kubernetes];

/** The card that a suite's own label means; the label itself where no card knows it. */
export const cardOf = (label: string): string =>
  LABELS.flatMap((labels) => Object.entries(labels)).find(([, meant]) => meant.includes(label))?.[0] ?? label;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
const plain = (text: string): string => wordsOf(text).join(" ");

/** Whether a cause of the list can befall this kind of entity; a list that does not say allows any. */
const befalls = ({ target }: Label, entityKind: string): boolean =>
  target === null || target === "" || target.split("|").includes(entityKind);

/** Words that name a kind of thing stand in every second message, whatever it is about. */
const COMMON: ReadonlySet<string> = new Set(KNOWN_ENTITY_KINDS);

/** How many of the label's own words the evidence says; words that all labels share tell nothing apart. */
function borneOut(label: Label, labels: readonly Label[], said: ReadonlySet<string>): number {
  const wordsOfLabel = ({ id, description }: Label): string[] => wordsOf(`${id} ${description}`);
  const own = new Set(
    wordsOfLabel(label).filter(
      (word) => !COMMON.has(word) && !labels.every((other) => wordsOfLabel(other).includes(word)),
    ),
  );
  return [...own].filter((word) => said.has(word)).length;
}

/**
 * The asker's own word for a cause card; null where their list has none, and the card's id where they gave no list. Labels are
 * matched by id, else by description, whatever the suite is called; of several that fit, the evidence's words choose.
 *
 * @param said What the evidence for the hypothesis says.
 */
export function labelOf(
  cause: string,
  entityKind: string,
  { causes }: Pick<Vocabulary, "causes">,
  said = "",
): string | null {
  if (causes.length === 0) return cause;
  const fitting = causes.filter((label) => befalls(label, entityKind));
  const meanings = [cause, ...LABELS.flatMap((labels) => labels[cause] ?? [])].map(plain);
  const meant = meanings.flatMap(
    (meaning) => fitting.find(({ id, description }) => plain(id) === meaning || plain(description) === meaning) ?? [],
  );
  const spoken = new Set(wordsOf(said));
  const [best] = meant.toSorted((a, b) => borneOut(b, meant, spoken) - borneOut(a, meant, spoken));
  return best?.id ?? null;
}
