import type { Command } from "commander";
import { loadConfig } from "../../config.ts";
import { type Io, print } from "../io.ts";
import { since } from "../since.ts";
import { withCauseway } from "../with-causeway.ts";

/** `policy show|check`: who must approve what. */
export function definePolicy(policy: Command, io: Io): void {
  policy
    .command("show")
    .description("print the policy in effect as YAML, as a start for policy.yaml")
    .action(async () => {
      const { stringify } = await import("yaml");
      print(io, stringify(loadConfig({}, io.env).policy));
    });

  policy
    .command("check")
    .argument("<action-id>")
    .description("explain who must approve an action: the rule that decides, and why")
    .option(
      "--at <time>",
      "as if it were this time: 2026-12-24T22:00Z; default: now",
      since(() => io.now()),
    )
    .option("--json", "print JSON")
    .action((actionId: string, { at, json }: { at?: number; json?: boolean }) =>
      withCauseway(io, {}, async (causeway) => {
        const { facts, decision, sentence, given } = await causeway.requirement(actionId, at ?? io.now());
        if (json === true) return print(io, JSON.stringify({ facts, ...decision, given }, null, 2));
        const share = facts.entryShare === null ? "unknown" : `${Math.round(facts.entryShare * 100)} %`;
        print(
          io,
          [
            `${actionId} ${sentence}.`,
            `Facts: kind ${facts.kind}, environment ${facts.environment}, tier ${facts.tier}, ` +
              `blast radius ${facts.blastRadius}, entry points ${share}, ` +
              `${facts.reversible ? "can be undone" : "cannot be undone"}, ${facts.risk} risk.`,
            ...(given.length === 0 ? [] : [`Valid approvals so far: ${given.join(", ")}.`]),
          ].join("\n"),
        );
      }),
    );
}
