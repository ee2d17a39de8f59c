import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { IncidentError, messageOf } from "../../../domain/errors.ts";
import type { Answerer } from "../../../modelserver/answerer.ts";
import type { SentAnswer } from "../../../modelserver/app.ts";
import type { TokenCounter } from "../../../modelserver/count-tokens.ts";
import { type Io, layoutFor, print } from "../../io.ts";

/** All that a program finds in its environment: neither keys nor settings of Causeway. */
const PASSED_ON = ["PATH", "HOME", "LANG", "TMPDIR", "SystemRoot"];

/** Who answers, and what is kept. `execSeconds`: most seconds of one run of the program. */
export type AnswerFlags = {
  stdin?: boolean;
  script?: string;
  exec?: string;
  execSeconds: number;
  replay?: string;
  record?: string;
};

const readTextFile = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `${file} cannot be read: ${messageOf(cause)}`, {
      hint: "Give the path of a file that exists.",
      cause,
    });
  }
};

async function personAt(io: Io, tokens: TokenCounter): Promise<Answerer & { close(): void }> {
  const [{ byHand }, { lineReader }, { default: wrapAnsi }] = await Promise.all([
    import("../../../modelserver/by-hand.ts"),
    import("../../../modelserver/lines.ts"),
    import("wrap-ansi"),
  ]);
  const lines = lineReader(io.stdin());
  const person = byHand(
    {
      lines,
      print: (text) => print(io, text),
      prompt: (text) => io.stdout.isTTY === true && void io.stdout.write(text),
      width: () => layoutFor(io, false).width,
      wrap: (text, width) => wrapAnsi(text, width, { trim: false, hard: true }),
    },
    tokens,
  );
  return { ...person, close: lines.close };
}

/** @throws {IncidentError} BAD_INPUT for flags or files that cannot be used. */
export async function answerersOf(
  flags: AnswerFlags,
  io: Io,
  tokens: TokenCounter,
): Promise<{ all: Answerer[]; close(): void }> {
  const { stdin, script, exec, replay, execSeconds } = flags;
  const ways = [stdin, script, exec].filter((way) => way !== undefined).length;
  if (ways === 0 && replay === undefined)
    throw new IncidentError("BAD_INPUT", "nobody answers", { hint: "Give --stdin, --script, --exec or --replay." });
  if (ways > 1)
    throw new IncidentError("BAD_INPUT", "--stdin, --script and --exec exclude each other", {
      hint: "Give one of them. --replay may come with one, which then answers what was not recorded.",
    });
  const [{ fromRecording, readRecording }, { fromScript, readScript }, { fromProgram }] = await Promise.all([
    import("../../../modelserver/recording.ts"),
    import("../../../modelserver/from-script.ts"),
    import("../../../modelserver/from-program.ts"),
  ]);
  const environment = Object.fromEntries(
    PASSED_ON.flatMap((name) => (io.env[name] === undefined ? [] : [[name, io.env[name]]])),
  );
  const person = stdin === undefined ? null : await personAt(io, tokens);
  const all: Answerer[] = [
    ...(replay === undefined ? [] : [fromRecording(readRecording(readTextFile(replay), replay), replay)]),
    ...(script === undefined ? [] : [fromScript(readScript(readTextFile(script), script), script)]),
    ...(exec === undefined ? [] : [fromProgram(resolve(exec), { timeoutMs: execSeconds * 1_000, environment })]),
    ...(person === null ? [] : [person]),
  ];
  return { all, close: () => person?.close() };
}

/** Keeps answers in the file; those that were read from the same file are in it already. */
export async function recorderOf({ record, replay }: AnswerFlags): Promise<(answered: SentAnswer) => void> {
  if (record === undefined) return () => {};
  const { appendTo } = await import("../../../modelserver/recording.ts");
  const append = appendTo(record);
  const isSame = replay !== undefined && resolve(replay) === resolve(record);
  return ({ received, written, by }) => {
    if (!isSame || !by.name.startsWith("recording ")) append(received, written);
  };
}
