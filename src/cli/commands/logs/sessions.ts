import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { openLogTool } from "../../../compose/log-tool.ts";
import { type Io, print, tell } from "../../io.ts";
import { problemReporter } from "./report-problems.ts";
import { writeChunks } from "./write-chunks.ts";

type CutFlags = { sessionKey?: string; idle?: number };

const seconds = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("Give a number of seconds above 0.");
  return value;
};

const withCutting = (command: Command): Command =>
  command
    .option("--session-key <re>", "pattern of the id that links lines, such as req-[0-9]+; default: found in the lines")
    .option("--idle <seconds>", "a session ends after this much silence", seconds);

const cutting = (io: Io, { sessionKey, idle }: CutFlags) => ({
  key: sessionKey ?? null,
  idleMs: idle === undefined ? null : idle * 1000,
  signal: io.signal,
  onProblem: problemReporter(io),
});

export function addSessions(logs: Command, io: Io): void {
  withCutting(
    logs.command("sessions").description("split logs into sessions of events, by an id in the lines or by time"),
  )
    .argument("<files...>", "log files")
    .requiredOption("--out <file>", "output file, one JSON object a line; - is standard output")
    .action(async (files: string[], { out, ...flags }: CutFlags & { out: string }) => {
      const cut = await openLogTool().cutSessions(files, cutting(io, flags));
      const encoder = new TextEncoder();
      const rows = cut.sessions.map(({ session, events }) =>
        encoder.encode(`${JSON.stringify({ session, events: events.map((event) => cut.templates[event] ?? "") })}\n`),
      );
      if (out === "-") return writeChunks(rows, io.stdout);
      const file = createWriteStream(out);
      await once(file, "open"); // an unwritable path fails here
      await writeChunks(rows, file);
      file.end();
      await once(file, "close");
      tell(
        io,
        `${cut.sessions.length} sessions by ${cut.key} from ${cut.lines} lines ` +
          `(${cut.unassigned} in no session) in ${out}`,
      );
    });
}

export function addDetect(logs: Command, io: Io): void {
  withCutting(logs.command("detect").description("find unusual sessions"))
    .argument("<files...>", "log files, or a sessions.jsonl")
    .option(
      "--train <normal.jsonl>",
      "normal sessions to learn first; without them each session is scored before it is learned",
    )
    .option("--json", "one JSON object for each session, alarm or not")
    .action(async (files: string[], { train, json, ...flags }: CutFlags & { train?: string; json?: boolean }) => {
      const scored = await openLogTool().detect(files, train ?? null, cutting(io, flags));
      if (json === true) {
        const encoder = new TextEncoder();
        return writeChunks(
          scored.map((row) => encoder.encode(`${JSON.stringify(row)}\n`)),
          io.stdout,
        );
      }
      const alarms = scored.filter(({ alarm }) => alarm);
      for (const { session, score, why, exemplar } of alarms)
        print(
          io,
          `${score.toFixed(1).padStart(6)}  ${session}  ${why}` +
            (exemplar === null ? "" : `\n        for example: ${exemplar}`),
        );
      tell(io, `${alarms.length} of ${scored.length} sessions are unusual`);
    });
}
