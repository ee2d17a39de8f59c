import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { rankSuite } from "../../../bench/runbooks/rank-suite.ts";
import { readRunbookAnswers, readRunbookSuite } from "../../../bench/runbooks/read-suite.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { casesOf, learn } from "../../../bench/runbooks/cross-validate.ts";
import { learnCertainty } from "../../../bench/runbooks/learn-certainty.ts";
import type { RankingCase } from "../../../bench/runbooks/fit-weights.ts";
import { type Io, print } from "../../io.ts";

type Flags = { suite: string; collection: string; out: string };
type LearnFlags = { suite: string; collections: string[] };

export function addRunbooksCommand(bench: Command, io: Io): void {
  bench
    .command("runbooks")
    .description("rank the pages of a collection of runbooks for each of its alerts")
    .requiredOption("--suite <dir>", "folder with a folder for each collection")
    .requiredOption("--collection <name>", "the collection: a folder with corpus/<id>.md and queries.jsonl")
    .requiredOption("--out <file>", "file for the predictions: one line {id, ranking} for each alert")
    .action(async ({ suite, collection, out }: Flags) => {
      const read = await readRunbookSuite(suite, collection);
      const rankings = await rankSuite(read);
      await writeFile(out, rankings.map((one) => `${JSON.stringify(one)}\n`).join("")).catch((cause: unknown) => {
        throw new IncidentError("CONFIG", `${out} cannot be written`, {
          hint: "Give --out a file in a folder that exists.",
          cause,
        });
      });
      print(io, `${rankings.length} alerts, ${read.pages.length} pages: ${out}`);
    });
  bench
    .command("learn-runbooks")
    .description("learn the weights of the runbook search, and show what they reach on pages that were left out")
    .requiredOption("--suite <dir>", "folder with a folder for each collection, and oracles")
    .requiredOption("--collections <names...>", "the collections")
    .action(async ({ suite, collections }: LearnFlags) => {
      const cases: Record<string, RankingCase[]> = {};
      for (const name of collections)
        cases[name] = await casesOf(await readRunbookSuite(suite, name), await readRunbookAnswers(suite, name));
      const { weights, rows } = learn(cases);
      for (const { learned, on, recall } of rows) {
        const figures = Object.entries(recall).map(([k, value]) => `${k} ${value.toFixed(3)}`);
        print(io, `${on}: learned on ${learned}: ${figures.join(", ")}`);
      }
      const { certainty, rows: limits } = learnCertainty(cases, weights);
      for (const { on, atLeast, coverage, precision, falselyNamed } of limits)
        print(
          io,
          `${on}: named from ${atLeast} on: ${coverage.toFixed(3)} of alerts with a page, ${precision.toFixed(3)} of ` +
            `them right; ${falselyNamed.toFixed(3)} of alerts whose page was left out`,
        );
      print(
        io,
        JSON.stringify(
          { weights, certainty },
          (_, value: unknown) => (typeof value === "number" ? Number(value.toFixed(2)) : value),
          2,
        ),
      );
    });
}
