import type { Provenance } from "./provenance.ts";

const list = (head: string, all: Provenance["dropped"]): string[] =>
  all.length === 0 ? [] : [head, ...all.map(({ what, how, count }) => `  ${count} ${what}: ${how}`)];

/** What an import says when it is done. */
export function printImport(
  { cases, withoutAnswer, counts, dropped, defects, source }: Provenance,
  to: string,
  resumed: number,
): string {
  return [
    `${cases} case${cases === 1 ? "" : "s"} in ${to}`,
    ...(resumed > 0 ? [`  ${resumed} parts were there from an interrupted import`] : []),
    ...Object.entries(counts).map(([what, count]) => `  ${what}: ${count}`),
    ...(withoutAnswer > 0 ? [`  ${withoutAnswer} without an answer: they can be analysed, not scored`] : []),
    ...list("Left out:", dropped),
    ...list("Known defects of the source:", defects),
    source.licence === "none found"
      ? "Licence: none found. Ask the authors before you pass anything on."
      : `Licence: ${source.licence.map(({ file }) => file).join(", ")}`,
    `Where it came from: ${to}/provenance.json`,
  ].join("\n");
}
