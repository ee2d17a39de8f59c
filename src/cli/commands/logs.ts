import type { Command } from "commander";
import { openLogTool } from "../../compose/log-tool.ts";
import { followFile } from "../../logtool/follow-file.ts";
import type { Done } from "../exit-codes.ts";
import { type Io, print } from "../io.ts";
import { addAsk } from "./logs/ask.ts";
import { addMine } from "./logs/mine.ts";
import { problemReporter } from "./logs/report-problems.ts";
import { addDetect, addSessions } from "./logs/sessions.ts";

export function defineLogs(logs: Command, io: Io, done: Done): void {
  addMine(logs, io);
  addDiff(logs, io);
  addSessions(logs, io);
  addDetect(logs, io);
  addSummary(logs, io);
  addAsk(logs, io, done);
  addTail(logs, io);
  addSpeed(logs, io);
}

function addDiff(logs: Command, io: Io): void {
  logs
    .command("diff")
    .description("compare templates: which are new, gone, more or less frequent in B than in A")
    .argument("<a>", "the baseline")
    .argument("<b>", "the file to compare")
    .option("--json", "one JSON object for each difference")
    .action(async (a: string, b: string, { json }: { json?: boolean }) => {
      const found = await openLogTool().diff(a, b, { signal: io.signal, onProblem: problemReporter(io) });
      if (json === true) for (const row of found) print(io, JSON.stringify(row));
      else if (found.length === 0) print(io, "no significant difference");
      else
        for (const { kind, before, after, template, reference } of found)
          print(io, `${kind.padEnd(8)} ${before} → ${after}  ${template}  (${reference})`);
    });
}

function addSummary(logs: Command, io: Io): void {
  logs
    .command("summary")
    .description("summarize logs, worst first, in at most 10,000 characters")
    .argument("<files...>", "log files")
    .option("--baseline <file>", "log file of a quiet time; default: the first half of the time in the files")
    .option("--json", "print JSON")
    .action(async (files: string[], { baseline, json }: { baseline?: string; json?: boolean }) => {
      const { text, ...summary } = await openLogTool().summarise(files, baseline ?? null, {
        signal: io.signal,
        onProblem: problemReporter(io),
      });
      print(io, json === true ? JSON.stringify(summary) : text);
    });
}

function addTail(logs: Command, io: Io): void {
  logs
    .command("tail")
    .description("report new templates and bursts as lines arrive")
    .argument("<file>", "a log file, or - for standard input")
    .option("-f, --follow", "wait for more lines at the end of the file")
    .option("--json", "one JSON object for each report")
    .action(async (file: string, { follow, json }: { follow?: boolean; json?: boolean }) => {
      const chunks = follow === true && file !== "-" ? followFile(file, io.signal) : null;
      await openLogTool().tail(
        file,
        chunks,
        (seen) =>
          print(
            io,
            json === true ? JSON.stringify(seen) : `${seen.kind} line ${seen.line} [${seen.severity}] ${seen.template}`,
          ),
        { signal: io.signal, onProblem: problemReporter(io) },
      );
    });
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

function addSpeed(logs: Command, io: Io): void {
  logs
    .command("speed")
    .description("measure mining and scoring speed on this machine, beside a plain split of the same lines")
    .argument("[file]", "a log file; default: a generated one")
    .action(async (file: string | undefined) => {
      const { measureLogs } = await import("../../bench/logs.ts");
      for (const { what, count, perCpuSecond } of await measureLogs(file ?? null, cpuSeconds)) {
        print(
          io,
          `${Math.round(perCpuSecond).toLocaleString("en").padStart(12)} a CPU-second  ` +
            `${what} (${count.toLocaleString("en")})`,
        );
      }
    });
}
