import type { Command } from "commander";
import type { Feedback } from "../../domain/service.ts";
import { type Io, print } from "../io.ts";
import { whoami } from "../whoami.ts";
import { withCauseway } from "../with-causeway.ts";

type Flags = { correct?: boolean; wrong?: boolean; actual?: string; by?: string; note?: string; json?: boolean };
type Judgement = Pick<Feedback, "outcome" | "entity" | "cause">;

const MISSING = "error: give one of --correct, --wrong or --actual <entity:cause>";

export function defineFeedback(feedback: Command, io: Io): void {
  feedback
    .argument("<analysis-id>")
    .option("--correct", "the analysis named the true root cause")
    .option("--wrong", "the analysis was wrong, and the true root cause is unknown")
    .option("--actual <entity:cause>", "the true root cause, such as orders:network_delay; you may leave out the cause")
    .option("--by <name>", "name of the reviewer (default: the current user)")
    .option("--note <text>", "reason")
    .option("--json", "print JSON")
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

/** The feedback, or null unless exactly one flag is given. An entity may contain colons, a cause may not. */
function judgementOf({ correct = false, wrong = false, actual }: Flags): Judgement | null {
  if ([correct, wrong, actual !== undefined].filter(Boolean).length !== 1) return null;
  if (actual === undefined) return { outcome: correct ? "confirmed" : "wrong", entity: null, cause: null };
  const [, entity = actual, cause = null] = /^(.*):([a-z][a-z0-9_]*)?$/.exec(actual) ?? [];
  return { outcome: "corrected", entity: entity.trim(), cause };
}
