import { Argument, type Command } from "commander";
import { ActionEffect } from "../../domain/action.ts";
import { type Io, print } from "../io.ts";
import { whoami } from "../whoami.ts";
import { withCauseway } from "../with-causeway.ts";

type Flags = { note?: string; by?: string; json?: boolean };

const EFFECTS = ActionEffect.options.map((effect) => effect.replaceAll("_", "-"));

/** `outcome`: what became of the symptom after somebody ran an approved script. */
export function defineOutcome(outcome: Command, io: Io): void {
  outcome
    .argument("<action-id>")
    .addArgument(new Argument("<effect>", "what became of the symptom").choices(EFFECTS))
    .option("--note <text>", "what you saw")
    .option("--by <name>", "name of the reporter (default: the current user)")
    .option("--json", "print JSON")
    .action((actionId: string, effect: string, { note, by, json }: Flags) =>
      withCauseway(io, {}, async (causeway) => {
        const result = await causeway.reportResult({
          actionId,
          effect: ActionEffect.parse(effect.replaceAll("-", "_")),
          by: by ?? whoami(),
          note: note ?? null,
        });
        const learned =
          result.effect === "helped"
            ? "The memory counts the diagnosis as confirmed."
            : "The memory keeps it as a fix that failed.";
        print(
          io,
          json === true ? JSON.stringify(result) : `Recorded: ${actionId} ${effect.replaceAll("-", " ")}. ${learned}`,
        );
      }),
    );
}
