import { ENTITY_LABELS, type EntityLabel } from "../../domain/measured-entity.ts";
import { workloadOfPod } from "../../domain/pod-names.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { anyOfTexts, quoted } from "../logservers/line-patterns.ts";
import type { LokiClient } from "./client.ts";

/** Stream selectors, such as `{service_name=~"cart|shop"}`. No stream fits two of them. */
export type Selectors = readonly string[];
type Fetch = { signal?: AbortSignal | undefined };

/** Labels of one system that name entities. Each costs a query for its values. */
const MAX_LABELS = 8;
/** Values of one label that are looked at, and that one selector names. */
const MAX_VALUES = 10_000;
const MAX_NAMED = 300;
/** Labels by which all streams are selected, if no entity is. Loki wants one that is not empty. */
const MAX_PARTS = 6;
/** Labels that most streams have, though they name no entity. */
const ANY_LABELS = ["namespace", "cluster", "environment", "env", "filename", "level", "detected_level"];

/** The labels of a server that name entities, the configured ones first. */
export function entityLabels(names: readonly string[], configured: readonly EntityLabel[]): string[] {
  const known = new Set(names);
  const ordered = [...configured.map(({ label }) => label), ...ENTITY_LABELS];
  return [...new Set(ordered)].filter((label) => known.has(label)).slice(0, MAX_LABELS);
}

/**
 * Chooses stream selectors for entities, by the labels and values that the server has. A stream belongs to an entity if
 * a label names it: as it is, behind a namespace (`shop/cart`), or as one of its pods.
 *
 * @returns `missing`: entities that no label names.
 */
export async function selectorsFor(
  client: LokiClient,
  entities: readonly string[],
  { range, labels }: { range: TimeWindow; labels: readonly string[] },
  fetch: Fetch,
): Promise<{ selectors: Selectors; missing: string[]; isCapped: boolean }> {
  const chosen: { label: string; values: string[] }[] = [];
  const missing = new Set(entities);
  let isCapped = false;
  for (const label of labels) {
    const all = await client.labelValues(label, range, fetch);
    const wanted = new Set(entities);
    const values = all.slice(0, MAX_VALUES).filter((value) => {
      const named = entityOf(value, wanted);
      if (named !== null) missing.delete(named);
      return named !== null;
    });
    isCapped ||= all.length > MAX_VALUES || values.length > MAX_NAMED;
    if (values.length > 0) chosen.push({ label, values: values.slice(0, MAX_NAMED) });
  }
  return { selectors: disjoint(chosen), missing: [...missing], isCapped };
}

/** The entity that the value of a label names; null if none of them. */
function entityOf(value: string, entities: ReadonlySet<string>): string | null {
  const plain = value.replace(/^[^/]+\/(?=[^/]+$)/, "");
  const candidates = [value, plain, workloadOfPod(plain)];
  return candidates.find((name) => name !== null && entities.has(name)) ?? null;
}

/** Each selector leaves out what the ones before it select. */
function disjoint(parts: readonly { label: string; values: readonly string[] }[]): Selectors {
  return parts.map(({ label, values }, at) => {
    const earlier = parts.slice(0, at).map((part) => `${part.label}!~${quoted(anyOfTexts(part.values))}`);
    return `{${[`${label}=~${quoted(anyOfTexts(values))}`, ...earlier].join(", ")}}`;
  });
}

/** Selectors of all streams that have at least one of the labels. */
export function selectorsForAll(names: readonly string[], labels: readonly string[]): Selectors {
  const usual = [...labels, ...ANY_LABELS.filter((label) => names.includes(label))];
  const chosen = [...new Set(usual.length > 0 ? usual : names)].slice(0, MAX_PARTS);
  return chosen.map((label, at) => {
    const without = chosen.slice(0, at).map((earlier) => `${earlier}=""`);
    return `{${[`${label}=~".+"`, ...without].join(", ")}}`;
  });
}
