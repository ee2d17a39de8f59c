import { spawn } from "node:child_process";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import type { Answerer } from "./answerer.ts";
import { WrittenAnswer } from "./written-answer.ts";

/** Most bytes of an answer. */
const MAX_OUTPUT = 4 * 1024 * 1024;

/**
 * Answers by a program: it gets the request as JSON on standard input, and writes an answer as JSON to standard output.
 * It starts without a shell and without arguments, so no text of a request is ever a part of a command.
 *
 * @param environment all that the program finds in its environment.
 */
export const fromProgram = (
  program: string,
  { timeoutMs, environment }: { timeoutMs: number; environment: Readonly<Record<string, string>> },
): Answerer => ({
  name: `program ${program}`,
  answer: async ({ request }, signal) => {
    const output = await run(program, JSON.stringify(request), {
      environment,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    let data: unknown;
    try {
      data = JSON.parse(output);
    } catch (cause) {
      throw badAnswer(program, `wrote no JSON: ${output.slice(0, 200)}`, cause);
    }
    const written = WrittenAnswer.safeParse(data);
    if (!written.success) throw badAnswer(program, `wrote no answer: ${z.prettifyError(written.error)}`, written.error);
    return written.data;
  },
});

const badAnswer = (program: string, what: string, cause?: unknown): IncidentError =>
  new IncidentError("BAD_RESPONSE", `${program} ${what}`, {
    hint: 'It must write one JSON object such as {"text": "…"} or {"call": {"name": "…", "input": {}}}.',
    cause,
  });

function run(
  program: string,
  input: string,
  { environment, signal }: { environment: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [], {
      env: environment,
      stdio: ["pipe", "pipe", "inherit"],
      signal,
      killSignal: "SIGKILL",
    });
    const parts: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (part: Buffer) => {
      size += part.length;
      if (size > MAX_OUTPUT) child.kill("SIGKILL");
      else parts.push(part);
    });
    child.once("error", (cause) =>
      reject(badAnswer(program, `could not run or took too long (${cause.message})`, cause)),
    );
    child.once("close", (code, killedBy) => {
      if (code === 0) return resolve(Buffer.concat(parts).toString());
      reject(badAnswer(program, killedBy === null ? `ended with status ${code}` : `was ended by ${killedBy}`));
    });
    child.stdin.on("error", () => {}); // it may end without reading all of its input
    child.stdin.end(input);
  });
}
