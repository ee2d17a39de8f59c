import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { IncidentError } from "../../domain/errors.ts";
import { type Io, print } from "../io.ts";
import { whoami } from "../whoami.ts";
import { approvalLines } from "../approval-lines.ts";
import { withCauseway } from "../with-causeway.ts";

type Flags = { set?: string[]; script?: string; verify?: string; rollback?: string; by?: string; json?: boolean };

/** Longest file of commands, bytes. */
const MAX_BYTES = 64 * 1024;

/** `edit`: replaces an open action by one with other values or commands. */
export function defineEdit(edit: Command, io: Io): void {
  edit
    .argument("<action-id>")
    .option("--set <name=value...>", "a new value of a parameter")
    .option("--script <file>", "new commands, one a line, as runbooks/README.md describes them")
    .option("--verify <file>", "new commands that check it worked")
    .option("--rollback <file>", "new commands that undo it")
    .option("--by <name>", "name of the editor (default: the current user)")
    .option("--json", "print JSON")
    .action((actionId: string, { set = [], script, verify, rollback, by, json }: Flags, command: Command) => {
      if (set.length === 0 && [script, verify, rollback].every((file) => file === undefined))
        return command.error("error: give --set <name=value>, --script, --verify or --rollback");
      return withCauseway(io, {}, async (causeway) => {
        const { action, replaced } = await causeway.editAction({
          actionId,
          parameters: Object.fromEntries(set.map(pairOf)),
          script: await textOf(script),
          verify: await textOf(verify),
          rollback: await textOf(rollback),
          by: { surface: "cli", id: whoami(), name: by ?? whoami() },
        });
        const { id, scriptSha256 } = action;
        print(
          io,
          json === true
            ? JSON.stringify(
                { action_id: id, replaces: replaced, script_sha256: scriptSha256, script: action.script },
                null,
                2,
              )
            : [
                `${replaced} is closed. ${id} takes its place, with a new script that waits for approval:`,
                "",
                action.script,
                ...approvalLines(action),
              ].join("\n"),
        );
      });
    });
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new IncidentError("BAD_INPUT", `--set ${text.slice(0, 80)} is not name=value`, {
    hint: "For example: --set REPLICAS=4. `causeway show --plan checklist` lists the parameters.",
  });
}

/** @throws {IncidentError} BAD_INPUT */
async function textOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    const bytes = await readFile(file);
    if (bytes.length > MAX_BYTES) throw new Error(`it has ${bytes.length} bytes; commands have at most ${MAX_BYTES}`);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new IncidentError(
      "BAD_INPUT",
      `${file} cannot be read: ${cause instanceof Error ? cause.message : "unknown"}`,
      {
        hint: "Give a text file with one command a line.",
        cause,
      },
    );
  }
}
