import { type Command, InvalidArgumentError } from "commander";
import { type Io, layoutFor, print } from "../io.ts";
import { withCauseway } from "../with-causeway.ts";

const howMany = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 50)
    throw new InvalidArgumentError("Give a whole number from 1 to 50.");
  return count;
};

export function defineSimilar(similar: Command, io: Io): void {
  similar
    .argument("<incident-id>")
    .option("--limit <n>", "how many incidents to list", howMany, 5)
    .option("--json", "print JSON")
    .action((incidentId: string, { limit, json }: { limit: number; json?: boolean }) =>
      withCauseway(io, {}, async (causeway, config) => {
        const { renderSimilar } = await import("../../render/similar.ts");
        const similar = await causeway.similarIncidents(incidentId, limit);
        print(
          io,
          json === true
            ? JSON.stringify(similar, null, 2)
            : renderSimilar(incidentId, similar, layoutFor(io, config.color)),
        );
      }),
    );
}
