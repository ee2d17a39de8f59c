import { fieldWithSection } from "./describe.ts";
import { each, type Objects } from "./objects.ts";
import { claimOfObject, quotasOfObject, volumeOfObject } from "./read-object-state.ts";
import type { EventIndex } from "./event-index.ts";
import type { VolumeClaim, Quota, Volume } from "./state.ts";
import { parseLabels } from "./table.ts";

export function readClaims(objects: Objects, events: EventIndex): VolumeClaim[] {
  return [...each(objects)].map(({ name, namespace, row, description, object, source }) => {
    const listed = events.of("persistentvolumeclaim", namespace, name);
    if (object !== null) return claimOfObject(object, listed);
    return {
      name,
      namespace,
      source,
      status: row?.STATUS ?? description?.fields.get("Status") ?? "",
      storageClass: row?.STORAGECLASS ?? description?.fields.get("StorageClass") ?? "",
      volume: row?.VOLUME ?? description?.fields.get("Volume") ?? "",
      events: description?.events ?? listed,
    };
  });
}

/** Reads volumes. They have no namespace, even if a list was requested for one: the same name is the same volume. */
export function readVolumes(objects: Objects): Volume[] {
  const volumes = new Map<string, Volume>();
  for (const { name, row, description, object, source } of each(objects)) {
    if (object !== null) {
      volumes.set(name, volumeOfObject(object));
      continue;
    }
    const known = volumes.get(name);
    volumes.set(name, {
      name,
      source,
      status: row?.STATUS ?? description?.fields.get("Status") ?? known?.status ?? "",
      capacity: row?.CAPACITY ?? description?.fields.get("Capacity") ?? known?.capacity ?? "",
      accessModes: row?.["ACCESS MODES"] ?? description?.fields.get("Access Modes") ?? known?.accessModes ?? "",
      claim: row?.CLAIM ?? description?.fields.get("Claim") ?? known?.claim ?? "",
      storageClass: row?.STORAGECLASS ?? description?.fields.get("StorageClass") ?? known?.storageClass ?? "",
      labels: {
        ...known?.labels,
        ...parseLabels(row?.LABELS ?? ""),
        ...(description ? parseLabels(fieldWithSection(description, "Labels")) : {}),
      },
    });
  }
  return [...volumes.values()];
}

export const readStorageClasses = (objects: Objects): string[] => [
  ...new Set([...each(objects)].map(({ name }) => name)),
];

/**
 * Reads quotas, one entry per resource: `pods: 10/10, requests.cpu: 900m/2` in tables, a table of its own in
 * descriptions.
 */
export function readQuotas(objects: Objects): Quota[] {
  return [...each(objects)].flatMap(({ name, namespace, row, description, object, source }) => {
    if (object !== null) return quotasOfObject(object);
    const listed = [...`${row?.REQUEST ?? ""}, ${row?.LIMIT ?? ""}`.matchAll(/([\w./-]+): ([^/\s,]+)\/([^\s,]+)/g)];
    const described = (description ? [...description.sections.values()].flat() : []).flatMap(
      (line) => /^(\S+)\s{2,}(\S+)\s{2,}(\S+)\s*$/.exec(line) ?? [],
    );
    const rows =
      listed.length > 0
        ? listed.map((match) => match.slice(1, 4))
        : chunks(described, 4)
            .map((match) => match.slice(1, 4))
            .filter(([, used]) => /^\d/.test(used ?? ""));
    return rows.map(([resource = "", used = "", hard = ""]) => ({ name, namespace, source, resource, used, hard }));
  });
}

const chunks = (flat: readonly string[], size: number): string[][] =>
  Array.from({ length: Math.floor(flat.length / size) }, (_, at) => flat.slice(at * size, (at + 1) * size));

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Parses a Kubernetes quantity (`300m`, `1Gi`, `10`) to its base unit; null if the text is none. */
export function quantity(text: string): number | null {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = UNITS[unit];
  return amount === undefined || factor === undefined ? null : Number(amount) * factor;
}
