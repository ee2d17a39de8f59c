import type { Command } from "commander";
import { IncidentError } from "../../domain/errors.ts";
import type { Problem } from "../../domain/ports.ts";
import { type Done, EXIT } from "../exit-codes.ts";
import { type Io, layoutFor, print } from "../io.ts";
import { addRunbooksFind } from "./runbooks-find.ts";

export function defineRunbooks(runbooks: Command, io: Io, done: Done): void {
  addRunbooksFind(runbooks, io);
  runbooks
    .command("list")
    .description("list the runbooks that are configured: causes, steps, and when to use each")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const { all, config } = await configured(io);
      const { renderRunbooks } = await import("../../render/runbooks.ts");
      print(
        io,
        json === true
          ? JSON.stringify(
              all.map((runbook) => ({ ...runbook, body: undefined })),
              null,
              2,
            )
          : renderRunbooks(all, layoutFor(io, config.color)),
      );
    });

  runbooks
    .command("show")
    .description("print one runbook as its file holds it")
    .argument("<slug>")
    .action(async (slug: string) => {
      const { all } = await configured(io);
      const found = all.find((runbook) => runbook.slug === slug);
      if (found === undefined)
        throw new IncidentError("NOT_FOUND", `no runbook is called "${slug}"`, {
          hint: "`causeway runbooks list` shows their names.",
          cause: null,
        });
      const { readFile } = await import("node:fs/promises");
      print(io, (await readFile(found.origin, "utf8")).trimEnd());
    });

  runbooks
    .command("lint")
    .description("check runbooks: form, parameters, quoting, causes, and bash and shellcheck on each script")
    .argument("[folders...]", "folders of <slug>/SKILL.md; default: the configured ones")
    .option("--shellcheck <program>", "the shellcheck to use", "shellcheck")
    .option("--json", "print JSON")
    .action(async (folders: string[], { shellcheck, json }: { shellcheck: string; json?: boolean }) => {
      const [{ loadConfig }, { lintRunbooks }, { renderLint }] = await Promise.all([
        import("../../config.ts"),
        import("../../compose/lint-runbooks.ts"),
        import("../../render/runbooks.ts"),
      ]);
      const config = loadConfig({}, io.env);
      const where = folders.length > 0 ? folders : config.runbooks;
      const report = await lintRunbooks(where, { shellcheck, signal: io.signal });
      if (report.runbooks === 0 && report.faults.length === 0)
        throw new IncidentError("CONFIG", `there is no runbook in ${where.join(", ")}`, {
          hint: "Name a folder that holds <slug>/SKILL.md.",
          cause: null,
        });
      print(io, json === true ? JSON.stringify(report, null, 2) : renderLint(report, layoutFor(io, config.color)));
      done(report.faults.length === 0 ? EXIT.ok : EXIT.failed);
    });
}

async function configured(io: Io) {
  const [{ loadConfig }, { openRunbooks }] = await Promise.all([
    import("../../config.ts"),
    import("../../compose/runbooks.ts"),
  ]);
  const config = loadConfig({}, io.env);
  const problems: Problem[] = [];
  const all = await openRunbooks(config).listRunbooks({
    signal: io.signal,
    onProblem: (problem) => problems.push(problem),
  });
  for (const { source, what } of problems) io.stderr.write(`not read: ${source}: ${what}\n`);
  return { all, config };
}
