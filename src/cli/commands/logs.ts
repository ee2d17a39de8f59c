import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { openLogTool } from "../../compose/log-tool.ts";
import { type MinedFiles, withMask } from "../../logtool/mine-logs.ts";
import { followFile } from "../../logtool/follow-file.ts";
import { parseLogQuery } from "../../logtool/log-query.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { Problem } from "../../domain/ports.ts";
import { type Io, print, type Sink, tell } from "../io.ts";
import { progressLine } from "../progress.ts";

type MineFlags = {
  json?: boolean;
  assign?: boolean;
  onlineIds?: boolean;
  jobs: number;
  mask?: ReturnType<typeof withMask>;
  fold: boolean;
  saveState?: string;
  loadState?: string;
  quiet?: boolean;
};
type CutFlags = { sessionKey?: string; idle?: number };

const MAX_JOBS = 64;
const ROWS_SHOWN = 50;
const MINE_HELP = `
Limits: 8,192 ways in which lines look are held at once. Past that, those of one statement become one; what was not seen for longest is
given up, its lines get the id -1, and a line on stderr says how many. Lines are read to 65,536 bytes, masks look at the first 4,096
characters of a message. Files are cut into stretches of 64 MB that are mined apart and joined in their order, whatever --jobs says.`;

const jobs = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_JOBS)
    throw new InvalidArgumentError(`It takes a whole number from 1 to ${MAX_JOBS}.`);
  return count;
};
const mask = (text: string, earlier?: ReturnType<typeof withMask>): ReturnType<typeof withMask> => {
  try {
    return withMask(text, earlier);
  } catch (error) {
    if (error instanceof IncidentError) throw new InvalidArgumentError(`${error.message}. ${error.hint}`);
    throw error;
  }
};
const seconds = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It takes a number of seconds above 0.");
  return value;
};

/** What was wrong with the input, for a person. */
const teller =
  (io: Io) =>
  ({ source, line, what }: Problem): void =>
    tell(io, `causeway: ${source}${line === null ? "" : `:${line}`}: ${what}`);

/** Writes bytes, waiting where the reader is slow. */
async function pour(chunks: Iterable<Uint8Array>, sink: Sink): Promise<void> {
  for (const chunk of chunks) if (!sink.write(chunk)) await once(sink, "drain");
}

export function defineLogs(logs: Command, io: Io): void {
  addMine(logs, io);
  addDiff(logs, io);
  addSessions(logs, io);
  addDetect(logs, io);
  addQuestions(logs, io);
  addTail(logs, io);
  addSpeed(logs, io);
}

function addMine(logs: Command, io: Io): void {
  logs
    .command("mine")
    .description("the statements behind the lines, with how often each came")
    .argument("<files...>", "log files, or - for standard input")
    .option(
      "--json",
      "one JSON object a template, with its parameters and the other ids that its lines had when they came (aliases)",
    )
    .option("--assign", "one line for each line of input: groupId<TAB>template; a continuation has those of its event")
    .option(
      "--online-ids",
      "with --assign: groupId<TAB>onlineId<TAB>template, where onlineId is what the line got at once",
    )
    .option("--jobs <n>", "threads; the same ids and templates whatever their number", jobs, 1)
    .option(
      "--mask <name=regex>",
      "what matches in a message is a value of the type <NAME>; RE2 syntax, repeatable, the first one wins",
      mask,
    )
    .option(
      "--no-fold",
      "every line is an event; else stack traces, and lines without the header that others have, belong to the event before them",
    )
    .option("--save-state <file>", "keep what is known, a few raw lines of each template included, to go on from later")
    .option("--load-state <file>", "go on from there, as if the earlier files came first")
    .option("--quiet", "no progress")
    .addHelpText("after", MINE_HELP)
    .action(
      async (
        files: string[],
        { json, assign = false, onlineIds, jobs: count, mask: masks, fold, saveState, loadState, quiet }: MineFlags,
      ) => {
        const progress = progressLine(io, quiet);
        const mined = await openLogTool()
          .mine(files, {
            assign,
            jobs: count,
            from: loadState,
            settings: { ...(masks === undefined ? {} : { masks }), ...(fold ? {} : { fold }) },
            signal: io.signal,
            onProblem: teller(io),
            onStretch: (done, total) => progress.say(`mined ${done}/${total}`),
          })
          .finally(progress.end);
        if (saveState !== undefined) await mined.save(saveState);
        if (mined.assigned !== null) await pour(mined.assigned(onlineIds), io.stdout);
        else if (json === true) for (const template of mined.templates) print(io, JSON.stringify(template));
        else print(io, table(mined));
        if (mined.evicted > 0)
          tell(io, `causeway: ${mined.evicted} templates were given up for lack of room; their lines have the id -1`);
        if (mined.cutLines > 0)
          tell(io, `causeway: ${mined.cutLines} very long lines were read by their first bytes only`);
      },
    );
}

function table({ lines, templates }: MinedFiles): string {
  const rows = templates.toSorted((a, b) => b.count - a.count || a.id - b.id);
  const shown = rows.slice(0, ROWS_SHOWN).map(({ count, typed }) => `${String(count).padStart(9)}  ${typed}`);
  const more = rows.length > ROWS_SHOWN ? [`(${rows.length - ROWS_SHOWN} more; --json gives all)`] : [];
  return [`${lines} lines, ${rows.length} templates`, ...shown, ...more].join("\n");
}

function addDiff(logs: Command, io: Io): void {
  logs
    .command("diff")
    .description("which statements are new, gone, more or fewer in B than in A")
    .argument("<a>", "the usual")
    .argument("<b>", "the other")
    .option("--json", "one JSON object a difference")
    .action(async (a: string, b: string, { json }: { json?: boolean }) => {
      const found = await openLogTool().diff(a, b, { signal: io.signal, onProblem: teller(io) });
      if (json === true) for (const row of found) print(io, JSON.stringify(row));
      else if (found.length === 0) print(io, "no difference beyond chance");
      else
        for (const { kind, before, after, template, reference } of found)
          print(io, `${kind.padEnd(8)} ${before} → ${after}  ${template}  (${reference})`);
    });
}

const withCutting = (command: Command): Command =>
  command
    .option(
      "--session-key <re>",
      "what ties lines together, a pattern such as req-[0-9]+; chosen from the lines if not given",
    )
    .option("--idle <seconds>", "a session is over when silent for so long", seconds);

const cutting = (io: Io, { sessionKey, idle }: CutFlags) => ({
  key: sessionKey ?? null,
  idleMs: idle === undefined ? null : idle * 1000,
  signal: io.signal,
  onProblem: teller(io),
});

function addSessions(logs: Command, io: Io): void {
  withCutting(
    logs.command("sessions").description("cut logs into sessions of events, by an id that the lines carry, or by time"),
  )
    .argument("<files...>", "log files")
    .requiredOption("--out <file>", "where they go, one JSON object a line; - is standard output")
    .action(async (files: string[], { out, ...flags }: CutFlags & { out: string }) => {
      const cut = await openLogTool().cutSessions(files, cutting(io, flags));
      const encoder = new TextEncoder();
      const rows = cut.sessions.map(({ session, events }) =>
        encoder.encode(`${JSON.stringify({ session, events: events.map((event) => cut.templates[event] ?? "") })}\n`),
      );
      if (out === "-") return pour(rows, io.stdout);
      const file = createWriteStream(out);
      await once(file, "open"); // an unwritable path is told here
      await pour(rows, file);
      file.end();
      await once(file, "close");
      tell(
        io,
        `${cut.sessions.length} sessions by ${cut.key} from ${cut.lines} lines (${cut.unassigned} belong to none) in ${out}`,
      );
    });
}

function addDetect(logs: Command, io: Io): void {
  withCutting(logs.command("detect").description("sessions that are not like the others"))
    .argument("<files...>", "log files, or a sessions.jsonl")
    .option(
      "--train <normal.jsonl>",
      "normal sessions to learn first; without it every session is scored before it is learned",
    )
    .option("--json", "one JSON object for each session, alarm or not")
    .action(async (files: string[], { train, json, ...flags }: CutFlags & { train?: string; json?: boolean }) => {
      const scored = await openLogTool().detect(files, train ?? null, cutting(io, flags));
      if (json === true) {
        const encoder = new TextEncoder();
        return pour(
          scored.map((row) => encoder.encode(`${JSON.stringify(row)}\n`)),
          io.stdout,
        );
      }
      const alarms = scored.filter(({ alarm }) => alarm);
      for (const { session, score, why, exemplar } of alarms)
        print(
          io,
          `${score.toFixed(1).padStart(6)}  ${session}  ${why}${exemplar === null ? "" : `\n        such as: ${exemplar}`}`,
        );
      tell(io, `${alarms.length} of ${scored.length} sessions stand out`);
    });
}

function addQuestions(logs: Command, io: Io): void {
  logs
    .command("summary")
    .description("what the logs hold, worst first, in at most 10,000 characters")
    .argument("<files...>", "log files")
    .option("--baseline <file>", "lines of a quiet time; else the first half of the files' own time")
    .option("--json", "as JSON")
    .action(async (files: string[], { baseline, json }: { baseline?: string; json?: boolean }) => {
      const { text, ...summary } = await openLogTool().summarise(files, baseline ?? null, {
        signal: io.signal,
        onProblem: teller(io),
      });
      print(io, json === true ? JSON.stringify(summary) : text);
    });
  logs
    .command("ask")
    .description(
      "count, rate, first or last sight, or difference of lines, by template, logger, source, severity or minute",
    )
    .argument("<query>", 'a query as JSON, such as {"where":{"severity":"error"},"groupBy":"template"}')
    .argument("<files...>", "log files")
    .action(async (query: string, files: string[]) => {
      const rows = await openLogTool().ask(files, parseLogQuery(query), { signal: io.signal, onProblem: teller(io) });
      for (const row of rows) print(io, JSON.stringify(row));
      if (rows.length === 0) tell(io, "no such lines");
    });
}

function addTail(logs: Command, io: Io): void {
  logs
    .command("tail")
    .description("tell of new templates and bursts as lines come")
    .argument("<file>", "a log file, or - for standard input")
    .option("-f, --follow", "wait for more at the end of the file")
    .option("--json", "one JSON object for each")
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
        { signal: io.signal, onProblem: teller(io) },
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
    .description("how fast this machine mines and scores, beside a plain split of the same lines")
    .argument("[file]", "a log file; a made-up one if not given")
    .action(async (file: string | undefined) => {
      const { measureLogs } = await import("../../bench/logs.ts");
      for (const { what, count, perCpuSecond } of await measureLogs(file ?? null, cpuSeconds)) {
        print(
          io,
          `${Math.round(perCpuSecond).toLocaleString("en").padStart(12)} a CPU-second  ${what} (${count.toLocaleString("en")})`,
        );
      }
    });
}
