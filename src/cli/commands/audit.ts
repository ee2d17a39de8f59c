import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { AuditCheck } from "../../domain/audit-check.ts";
import type { AuditLog, StoredAuditLine } from "../../domain/audit.ts";
import { IncidentError } from "../../domain/errors.ts";
import { type Done, EXIT } from "../exit-codes.ts";
import { type Io, print } from "../io.ts";
import { wholeNumber } from "../whole-number.ts";

type VerifyFlags = { head?: string[]; file?: string; json?: boolean };
type ListFlags = { action?: string; limit: number; json?: boolean };

const HASH = /^[0-9a-f]{64}$/;
function collectHead(value: string, earlier: readonly string[] = []): string[] {
  if (!HASH.test(value)) throw new InvalidArgumentError("A head is 64 lower-case hexadecimal digits.");
  return [...earlier, value];
}

const checkJson = ({ lines, head, problems, problemCount }: AuditCheck): string =>
  JSON.stringify({ intact: problemCount === 0, lines, head, problem_count: problemCount, problems }, null, 2);

/** The lines of an export. The number of a line in the file is the place where it belongs. */
async function linesOfFile(path: string): Promise<StoredAuditLine[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new IncidentError("BAD_INPUT", `${path} cannot be read`, {
      hint: "Give a file that `causeway audit export` wrote.",
      cause,
    });
  });
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line, at) => ({ seq: at + 1, text: line }));
}

/** `audit verify|list|export`: the log of proposals, decisions, exports and runs. */
export function defineAudit(audit: Command, io: Io, done: Done): void {
  const withLog = async (
    use: (log: AuditLog, app: typeof import("../../app/audit.ts")) => Promise<void>,
  ): Promise<void> => {
    const [{ loadConfig }, { openAudit }, app] = await Promise.all([
      import("../../config.ts"),
      import("../../compose/audit.ts"),
      import("../../app/audit.ts"),
    ]);
    const { log, close } = await openAudit(loadConfig({}, io.env));
    try {
      await use(log, app);
    } finally {
      await close();
    }
  };
  const show = async (check: AuditCheck, json: boolean): Promise<void> => {
    const { renderAuditCheck } = await import("../../render/audit.ts");
    print(io, json ? checkJson(check) : renderAuditCheck(check));
    if (check.problemCount > 0) done(EXIT.failed);
  };

  audit
    .command("verify")
    .description("find lines that were changed, left out, added or moved; exit code 1 if there are any")
    .option(
      "--head <hash>",
      "head that an earlier check printed; finds lines cut off at the end; repeatable",
      collectHead,
    )
    .option("--file <file>", "check an export instead of the store")
    .option("--json", "print JSON")
    .action(async ({ head = [], file, json = false }: VerifyFlags) => {
      if (file === undefined)
        return withLog(async (log, { auditLines, checkAudit }) => show(await checkAudit(auditLines(log), head), json));
      const { checkAudit } = await import("../../app/audit.ts");
      return show(await checkAudit(await linesOfFile(file), head), json);
    });

  audit
    .command("list")
    .description("show the last lines, oldest first")
    .option("--action <action-id>", "only lines about this action")
    .option("--limit <count>", "most lines", wholeNumber(1, 100_000), 50)
    .option("--json", "print JSON")
    .action(({ action, limit, json }: ListFlags) =>
      withLog(async (log, { lastAuditLines }) => {
        const lines = await lastAuditLines(log, limit, action);
        if (json === true) return print(io, JSON.stringify(lines, null, 2));
        const { renderAuditLine } = await import("../../render/audit.ts");
        print(io, lines.length === 0 ? "The audit log has no such lines." : lines.map(renderAuditLine).join("\n"));
      }),
    );

  audit
    .command("export")
    .description("print all lines exactly as they are stored; `audit verify --file` checks them anywhere")
    .option("--jsonl", "one JSON object a line (the only format, and the default)")
    .action(() =>
      withLog(async (log, { auditLines }) => {
        for await (const { text } of auditLines(log)) print(io, text);
      }),
    );
}
