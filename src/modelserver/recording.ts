import { appendFileSync, closeSync, openSync } from "node:fs";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { Answerer } from "./answerer.ts";
import {
  canonicalJson,
  CompletionRequest,
  contentOf,
  type ReceivedRequest,
  requestSha256,
  textOf,
} from "./completion-request.ts";
import { WrittenAnswer } from "./written-answer.ts";

/** A line of a recording. Its hash is for readers; it is computed anew when the file is read. */
const RecordedLine = z.object({ sha256: z.string().optional(), request: CompletionRequest, answer: WrittenAnswer });
type RecordedLine = z.infer<typeof RecordedLine>;

/** Most characters of a difference that are shown. */
const SHOWN = 160;
/** Characters before a difference that are shown. */
const BEFORE = 40;

/** @throws {IncidentError} CONFIG if the file cannot be written. */
export function appendTo(file: string): (received: ReceivedRequest, answer: WrittenAnswer) => void {
  try {
    closeSync(openSync(file, "a", 0o600)); // prompts hold what the telemetry holds
  } catch (cause) {
    throw new IncidentError("CONFIG", `the recording ${file} cannot be written`, {
      hint: "Choose a file in a folder that exists and that you may write.",
      cause,
    });
  }
  return ({ sha256, request }, answer) =>
    appendFileSync(file, `${JSON.stringify({ sha256, request: contentOf(request), answer })}\n`);
}

/** @throws {IncidentError} BAD_INPUT naming file, line and field. */
export function readRecording(text: string, file: string): RecordedLine[] {
  return text.split("\n").flatMap((raw, index) => {
    if (raw.trim() === "") return [];
    const refuse = (what: string): never => {
      throw new IncidentError("BAD_INPUT", `${file}:${index + 1}: ${what}`, {
        hint: "Is this a recording of `causeway model serve --record`?",
      });
    };
    let data: unknown;
    try {
      data = JSON.parse(raw);
    } catch (error) {
      return refuse(error instanceof Error ? error.message : "not JSON");
    }
    const line = RecordedLine.safeParse(data);
    return line.success ? [line.data] : refuse(z.prettifyError(line.error));
  });
}

/**
 * Answers a request as it was answered when it was recorded. A request that was recorded several times (samples of one
 * question) gets its answers in their order, and after the last one the first again.
 */
export function fromRecording(lines: readonly RecordedLine[], file: string): Answerer {
  const answers = Map.groupBy(lines, ({ request }) => requestSha256(request));
  const given = new Map<string, number>();
  return {
    name: `recording ${file}`,
    answer: async ({ sha256 }) => {
      const known = answers.get(sha256);
      if (known === undefined) return null;
      const turn = given.get(sha256) ?? 0;
      given.set(sha256, turn + 1);
      return known[turn % known.length]?.answer ?? null;
    },
    explain: (received) => `${file} has no answer to it. ${nearest(received, lines)}`,
  };
}

/** Says in what the recorded request that is most like this one differs. */
function nearest({ request }: ReceivedRequest, lines: readonly RecordedLine[]): string {
  const differences = lines.map((line, index) => ({ line: index + 1, ...firstDifference(line.request, request) }));
  const best = differences.toSorted((a, b) => b.same - a.same)[0];
  return best === undefined ? "The recording is empty." : `The nearest is line ${best.line}; ${best.what}`;
}

/** `same`: a length; the longer, the more the two have in common. */
function firstDifference(recorded: CompletionRequest, received: CompletionRequest): { same: number; what: string } {
  let same = 0;
  const count = Math.max(recorded.messages.length, received.messages.length);
  for (let at = 0; at < count; at += 1) {
    const [before, now] = [recorded.messages[at], received.messages[at]];
    const name = `message ${at + 1} (${(now ?? before)?.role ?? "unknown"})`;
    if (before === undefined || now === undefined)
      return { same, what: `${name} is only in the ${before === undefined ? "new" : "recorded"} request.` };
    const texts = [textOf(before), textOf(now)].map((text, index) =>
      text === "" ? canonicalJson(index === 0 ? before : now) : text,
    ) as [string, string];
    if (canonicalJson(before) === canonicalJson(now)) {
      same += texts[0].length;
      continue;
    }
    const from = commonLength(...texts);
    const excerpt = (text: string): string => JSON.stringify(text.slice(Math.max(0, from - BEFORE), from + SHOWN));
    return {
      same: same + from,
      what: `${name} differs at character ${from}: recorded ${excerpt(texts[0])}, received ${excerpt(texts[1])}.`,
    };
  }
  const [before, now] = [contentOf(recorded), contentOf(received)].map(Object.entries);
  const parts = (before ?? []).concat(now ?? []).map(([key]) => key);
  const differing = [...new Set(parts)].filter(
    (key) =>
      canonicalJson(Object.fromEntries(before ?? [])[key] ?? null) !==
      canonicalJson(Object.fromEntries(now ?? [])[key] ?? null),
  );
  return { same, what: `the messages are the same, but ${differing.join(" and ")} differ.` };
}

function commonLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}
