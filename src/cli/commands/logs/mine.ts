import { type Command, InvalidArgumentError } from "commander";
import { openLogTool } from "../../../compose/log-tool.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type MinedFiles, withMask } from "../../../logtool/mine-logs.ts";
import { type Io, print, tell } from "../../io.ts";
import { progressLine } from "../../progress.ts";
import { problemReporter } from "./report-problems.ts";
import { writeChunks } from "./write-chunks.ts";

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

const MAX_JOBS = 64;
const ROWS_SHOWN = 50;
const MINE_HELP = `
Limits: the miner keeps 8,192 log clusters at a time. Beyond that it merges
clusters of one statement and evicts the oldest. Evicted lines get the id -1,
and a line on stderr gives their count. The miner reads 65,536 bytes of a line
and applies masks to the first 4,096 characters of a message. It mines files in
stretches of 64 MB, for any --jobs.`;

const jobs = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_JOBS)
    throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_JOBS}.`);
  return count;
};
const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const mask = (text: string, earlier?: ReturnType<typeof withMask>): ReturnType<typeof withMask> => {
  try {
    return withMask(text, earlier);
  } catch (error) {
    if (error instanceof IncidentError) throw new InvalidArgumentError(`${sentenceCase(error.message)}. ${error.hint}`);
    throw error;
  }
};

export function addMine(logs: Command, io: Io): void {
  logs
    .command("mine")
    .description("mine log templates, with their counts")
    .argument("<files...>", "log files, or - for standard input")
    .option(
      "--json",
      "one JSON object for each template, with its parameters and the other ids that its lines first got (aliases)",
    )
    .option(
      "--assign",
      "one line for each input line: groupId<TAB>template; a continuation line gets those of its event",
    )
    .option("--online-ids", "with --assign: groupId<TAB>onlineId<TAB>template; onlineId is the first id of the line")
    .option("--jobs <n>", "threads; the result is the same for any number", jobs, 1)
    .option(
      "--mask <name=regex>",
      "treat matches in a message as values of type <NAME>; RE2 syntax; repeatable, the first match wins",
      mask,
    )
    .option(
      "--no-fold",
      "treat every line as an event; by default stack traces and lines without a header belong to the event before",
    )
    .option("--save-state <file>", "save the state, with a few raw lines of each template")
    .option("--load-state <file>", "load a saved state, as if its files came first")
    .option("--quiet", "show no progress")
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
            onProblem: problemReporter(io),
            onStretch: (done, total) => progress.say(`mined ${done}/${total}`),
          })
          .finally(progress.end);
        if (saveState !== undefined) await mined.save(saveState);
        if (mined.assigned !== null) await writeChunks(mined.assigned(onlineIds), io.stdout);
        else if (json === true) for (const template of mined.templates) print(io, JSON.stringify(template));
        else print(io, table(mined));
        if (mined.evicted > 0)
          tell(
            io,
            `causeway: evicted ${mined.evicted} templates because of the cluster limit; their lines have the id -1`,
          );
        if (mined.cutLines > 0) tell(io, `causeway: read only the first bytes of ${mined.cutLines} very long lines`);
      },
    );
}

function table({ lines, templates }: MinedFiles): string {
  const rows = templates.toSorted((a, b) => b.count - a.count || a.id - b.id);
  const shown = rows.slice(0, ROWS_SHOWN).map(({ count, typed }) => `${String(count).padStart(9)}  ${typed}`);
  const more = rows.length > ROWS_SHOWN ? [`(${rows.length - ROWS_SHOWN} more; use --json for all)`] : [];
  return [`${lines} lines, ${rows.length} templates`, ...shown, ...more].join("\n");
}
