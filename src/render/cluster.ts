import type { ClusterReading } from "../domain/cluster-reading.ts";
import { hang, type TextLayout, textLayout, type Style } from "./layout.ts";
import { neutral } from "./neutral.ts";

const MAX_PROBLEMS = 40;
const MAX_SKIPPED = 10;
const MAX_NAMESPACES = 10;
/** Facts that repeat the summary, or mean nothing to a person. */
const HIDDEN = new Set(["pod", "workload", "status", "ready", "containers", "reason"]);

const styleOf = (strength: number): Style => (strength >= 4 ? "red" : strength >= 2 ? "yellow" : "dim");

/** Lists what was read of a cluster, and what is wrong with it, worst first. */
export function renderCluster(
  { counts, namespaces, problems, skipped }: ClusterReading,
  options: { color: boolean; width: number } = { color: false, width: 80 },
): string {
  const layout = textLayout(options);
  const named = namespaces.slice(0, MAX_NAMESPACES).map((name) => neutral(name));
  const more = namespaces.length > MAX_NAMESPACES ? ` and ${namespaces.length - MAX_NAMESPACES} more` : "";
  const read =
    counts.length === 0
      ? "Nothing was read."
      : `Read: ${counts.map(({ what, count }) => `${neutral(what)} ${count}`).join(", ")}.`;
  return `${[
    ...hang(layout, "", read),
    ...(named.length === 0 ? [] : hang(layout, "", `Namespaces: ${named.join(", ")}${more}.`)),
    ...(counts.length === 0 ? [] : ["", problems.length === 0 ? "Nothing wrong was found." : "Wrong, worst first:"]),
    ...problems.slice(0, MAX_PROBLEMS).flatMap((problem) => problemLines(layout, problem)),
    ...(problems.length > MAX_PROBLEMS ? [`  and ${problems.length - MAX_PROBLEMS} more; --json prints all`] : []),
    ...(skipped.length === 0 ? [] : ["", layout.paint("bold", "Not read")]),
    ...skipped.slice(0, MAX_SKIPPED).flatMap((what) => hang(layout, "  ", neutral(what))),
    ...(skipped.length > MAX_SKIPPED ? [`  and ${skipped.length - MAX_SKIPPED} more`] : []),
  ].join("\n")}\n`;
}

function problemLines(
  layout: TextLayout,
  { summary, details, strength, file }: ClusterReading["problems"][number],
): string[] {
  const [first = "", ...rest] = hang(layout, "  ", neutral(summary));
  const facts = Object.entries(details)
    .filter(([key, value]) => !HIDDEN.has(key) && value !== null && value !== "")
    .map(([key, value]) => `${key.replaceAll("_", " ")}: ${String(value)}`);
  const where = file === "" ? [] : [`in ${file}`];
  return [
    layout.paint(styleOf(strength), first),
    ...rest,
    ...hang(layout, "    ", neutral([...facts, ...where].join("; "))).map((line) => layout.paint("dim", line)),
  ];
}
