import type { Command } from "commander";
import type { Feedback } from "../../domain/service.ts";
import { type Io, print } from "../io.ts";
import { whoami } from "../whoami.ts";
import { withCauseway } from "../with-causeway.ts";

type Flags = { correct?: boolean; wrong?: boolean; actual?: string; by?: string; note?: string; json?: boolean };
type Judgement = Pick<Feedback, "outcome" | "entity" | "cause">;

const MISSING = "error: say one of --correct, --wrong and --actual <entity:cause>";

export function defineFeedback(feedback: Command, io: Io): void {
  feedback
    .argument("<analysis-id>")
    .option("--correct", "it named what was to blame")
    .option("--wrong", "it did not; what was to blame is not known")
    .option(
      "--actual <entity:cause>",
      "what was to blame, such as orders:network_delay; a cause of the catalogue, or none",
    )
    .option("--by <name>", "who says so (default: the user of this account)")
    .option("--note <text>", "why")
    .option("--json", "as JSON")
    .action((analysisId: string, flags: Flags, command: Command) => {
      const judgement = judgementOf(flags);
      if (judgement === null) return command.error(MISSING);
      return withCauseway(io, {}, async (causeway) => {
        const { feedback, learned } = await causeway.feedback({
          ...judgement,
          analysisId,
          by: flags.by ?? whoami(),
          note: flags.note ?? null,
        });
        print(
          io,
          flags.json === true
            ? JSON.stringify({ ...feedback, learned })
            : `Feedback on ${analysisId} by ${feedback.by}: ${learned}.`,
        );
      });
    });
}

/** One way of saying it, or none. An entity may hold colons; a cause does not. */
function judgementOf({ correct = false, wrong = false, actual }: Flags): Judgement | null {
  if ([correct, wrong, actual !== undefined].filter(Boolean).length !== 1) return null;
  if (actual === undefined) return { outcome: correct ? "confirmed" : "wrong", entity: null, cause: null };
  const [, entity = actual, cause = null] = /^(.*):([a-z][a-z0-9_]*)?$/.exec(actual) ?? [];
  return { outcome: "corrected", entity: entity.trim(), cause };
}
