import { columnsOf, padded } from "./layout.ts";

type Kind = { kind: string; count: number; bytes: number | null };
type Pruning = {
  dryRun: boolean;
  kinds: readonly Kind[];
  beforeBytes: number;
  afterBytes: number;
  freeBytes: number | null;
};

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;
const GAP = "  ";

const WHAT: Readonly<Record<string, string>> = {
  analyses: "analyses, with reports and evidence",
  evidence: "evidence of analyses whose report stays",
  uploads: "uploaded logs",
  checkpoints: "checkpoints of finished analyses",
  incidents: "ended incidents, with their alerts",
  memory: "past incidents in the memory",
  sessions: "sessions of orchestrators",
};

/** A size for people, such as `1.5 MB`. */
export function sizeText(bytes: number): string {
  const power = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** What a pruning deleted, or would delete. */
export function renderPruning({ dryRun, kinds, beforeBytes, afterBytes, freeBytes }: Pruning): string {
  const rows = kinds
    .filter(({ count }) => count > 0)
    .map(
      ({ kind, count, bytes }) => [String(count), bytes === null ? "" : sizeText(bytes), WHAT[kind] ?? kind] as const,
    );
  const widths = [0, 1].map((at) => Math.max(0, ...rows.map((row) => columnsOf(row[at] ?? ""))));
  const table = rows.map(([count, bytes, what]) =>
    ["", count.padStart(widths[0] ?? 0), padded(bytes, widths[1] ?? 0), what].join(GAP).trimEnd(),
  );
  const size = `The store takes ${sizeText(afterBytes)}`;
  const free = freeBytes === null || freeBytes === 0 ? "" : `, ${sizeText(freeBytes)} of it free for new data`;
  if (rows.length === 0) return `Nothing is beyond the limits. ${size}${free}.`;
  return dryRun
    ? [
        "This would be deleted:",
        ...table,
        `${size}${free}. Nothing was deleted: \`causeway prune --yes\` does it.`,
      ].join("\n")
    : ["Deleted:", ...table, `${size}${free}; before, it took ${sizeText(beforeBytes)}.`].join("\n");
}
