import type { Importer } from "./importer.ts";
import type { Provenance } from "./provenance.ts";

const rows = (list: Provenance["dropped"], head: string): string[] =>
  list.length === 0
    ? ["None."]
    : [
        `| count | what | ${head} |`,
        "|---|---|---|",
        ...list.map(({ count, what, how }) => `| ${count} | ${what} | ${how} |`),
      ];

/** README.md of an imported suite. */
export function suiteReadme(provenance: Provenance, importer: Importer): string {
  const { source, cases, withoutAnswer, counts, dropped, defects, facts, inputs, shared } = provenance;
  return [
    `# ${importer.kind}: ${importer.about}`,
    "",
    `Made by \`causeway bench import ${importer.kind}\` from data of others, which keeps its own licence.`,
    "",
    `- Origin: ${source.remote ?? source.path}${source.commit === null ? "" : ` at ${source.commit}`}`,
    `- Licence: ${licenceOf(source.licence)}`,
    `- Read: ${inputs.files} files, ${inputs.bytes} bytes`,
    `- Hashes of these files: \`oracles/inputs.jsonl\`, sha256 ${inputs.sha256}`,
    `- Cases: ${cases}${withoutAnswer > 0 ? `, ${withoutAnswer} of them without an answer` : ""}`,
    ...(shared.length > 0 ? [`- Shared telemetry: ${shared.join(", ")}`] : []),
    ...Object.entries(counts).map(([what, count]) => `- ${what}: ${count}`),
    ...facts.map((fact) => `- ${fact}`),
    "",
    "## Left out",
    ...rows(dropped, "why"),
    "",
    "## Known defects of the source that were found",
    ...rows(defects, "how it was handled"),
    "",
    "The places are in `oracles/notes.jsonl`, since their paths often name the fault.",
    "",
    "## Use",
    importer.use ?? "`causeway bench run --suite <this folder> --score`",
    "",
  ].join("\n");
}

const licenceOf = (licence: Provenance["source"]["licence"]): string =>
  licence === "none found"
    ? "**none found**: ask the authors before you pass anything on; for measurement of your own only"
    : licence.map(({ file, sha256 }) => `${file} (sha256 ${sha256.slice(0, 12)}…)`).join(", ");
