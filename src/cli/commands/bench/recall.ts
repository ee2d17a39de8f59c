import { writeFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { readRecallSuite } from "../../../bench/recall/read-suite.ts";
import { QUERY_TEXTS, type QueryText, recallSuite } from "../../../bench/recall/recall.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Io, print, tell } from "../../io.ts";

type Flags = { suite: string; query: QueryText; out: string };

export function addRecallCommand(bench: Command, io: Io): void {
  bench
    .command("recall")
    .description("rank the earlier incidents of a folder of post-mortems for each of its queries")
    .requiredOption("--suite <dir>", "folder with corpus/<id>.md, incidents.jsonl and queries.jsonl")
    .addOption(
      new Option("--query <text>", "the text of a query: its whole account, or its symptoms alone")
        .choices(QUERY_TEXTS)
        .default("account"),
    )
    .requiredOption("--out <file>", "file for the predictions: one line {id, ranking} for each query")
    .action(async ({ suite, query, out }: Flags) => {
      const read = await readRecallSuite(suite);
      if (read.missing.length > 0)
        tell(
          io,
          `causeway: ${read.missing.length} incidents have no account in corpus: ${read.missing.slice(0, 5).join(", ")}`,
        );
      const predictions = recallSuite(read, query);
      const lines = predictions.map((prediction) => `${JSON.stringify(prediction)}\n`);
      await writeFile(out, lines.join("")).catch((cause: unknown) => {
        throw new IncidentError("CONFIG", `${out} cannot be written`, {
          hint: "Give --out a file in a folder that exists.",
          cause,
        });
      });
      const empty = predictions.filter(({ ranking }) => ranking.length === 0).length;
      print(io, `${predictions.length} queries, ${read.incidents.length} incidents, none similar for ${empty}: ${out}`);
    });
}
