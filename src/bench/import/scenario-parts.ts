import { createHash } from "node:crypto";
import { isoTime, type TimeWindow } from "../../domain/time.ts";
import type { ImportedOracle } from "./importer.ts";

export type ScenarioParts = {
  id: string;
  suite: string;
  system: string | null;
  title: string;
  alarmAtMs: number | null;
  window: TimeWindow | null;
  baseline?: { window: TimeWindow | null; shared?: string | null } | null;
  excludeBaseline?: readonly TimeWindow[];
  entry: string | null;
  tasks: readonly string[];
  answer?: { entityKinds: readonly string[]; entities: readonly string[]; causes?: readonly object[] };
  extra?: Record<string, unknown>;
};

/** `scenario.json` of an imported case. */
export const scenarioOf = (parts: ScenarioParts): object => ({
  schema: "causeway.scenario/1",
  id: parts.id,
  suite: parts.suite,
  system: parts.system,
  title: parts.title,
  alarmAt: parts.alarmAtMs === null ? null : isoTime(parts.alarmAtMs),
  ...(parts.window && { window: windowOf(parts.window) }),
  ...(parts.baseline && {
    baseline: {
      ...(parts.baseline.window && windowOf(parts.baseline.window)),
      ...(parts.baseline.shared == null ? {} : { shared: parts.baseline.shared }),
    },
  }),
  ...(parts.excludeBaseline && parts.excludeBaseline.length > 0
    ? { excludeBaseline: parts.excludeBaseline.map(windowOf) }
    : {}),
  entry: parts.entry,
  tasks: parts.tasks,
  ...(parts.answer && { answer: parts.answer }),
  ...parts.extra,
});

const windowOf = ({ startMs, endMs }: TimeWindow): object => ({ start: isoTime(startMs), end: isoTime(endMs) });

/** An oracle with what most layouts give; the rest is null. */
export const oracleOf = (
  id: string,
  entities: string[][],
  parts: Partial<Omit<ImportedOracle, "id" | "entities">> = {},
): ImportedOracle => ({
  id,
  faulty: true,
  entities,
  entityKind: null,
  cause: null,
  category: null,
  onset: null,
  notes: {},
  ...parts,
});

/** An id that says nothing of the source path, which often names the fault. */
export const opaqueId = (kind: string, path: string): string =>
  `${kind}-${createHash("sha256").update(path).digest("hex").slice(0, 10)}`;
