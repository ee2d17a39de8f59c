import type { Command } from "commander";
import { IncidentError } from "../../../domain/errors.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, tell } from "../../io.ts";
import { untilStopped } from "../../until-stopped.ts";
import { wholeNumber } from "../../whole-number.ts";
import { type AnswerFlags, answerersOf, recorderOf } from "./answerers.ts";

const DEFAULT_PORT = 8788;
const DEFAULT_SECONDS = 60;
const MODEL_NAME = "by-hand";
/** A client waits at most this long for a person: an hour. */
const PATIENCE_MS = 3_600_000;
type ServeModelFlags = AnswerFlags & { host: string; port: number; allowNetwork?: boolean };

async function refuseNetwork({ host, allowNetwork, exec }: ServeModelFlags): Promise<void> {
  const { isLoopback } = await import("../../../http/origin-guard.ts");
  if (isLoopback(host)) return;
  if (exec !== undefined)
    throw new IncidentError("CONFIG", "--exec answers only clients on this machine", {
      hint: "Leave out --host, or answer in another way.",
    });
  if (allowNetwork === true) return;
  throw new IncidentError(
    "CONFIG",
    `anybody who reaches ${host} could send requests, because the server needs no key`,
    {
      hint: "Leave out --host to serve this machine only, or add --allow-network.",
    },
  );
}

export function defineModelServe(serve: Command, io: Io, done: Done): void {
  serve
    .description("be the model: serve an OpenAI-compatible API that a person, a script or a program answers")
    .option("--stdin", "show each request here, and read its answer from standard input")
    .option("--script <file>", "answer by a script: JSON Lines of answers, in order or by a condition")
    .option("--exec <program>", "answer by a program: request on its standard input, answer on its standard output")
    .option("--exec-seconds <number>", "most seconds that the program may take", wholeNumber(1, 3_600), DEFAULT_SECONDS)
    .option("--record <file>", "append each request and its answer to this file")
    .option("--replay <file>", "answer as recorded; with --stdin, --script or --exec for what was not recorded")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 for any free port", wholeNumber(0, 65_535), DEFAULT_PORT)
    .option("--allow-network", "allow an address that other machines reach; nobody needs a key")
    .action(async (flags: ServeModelFlags) => {
      await refuseNetwork(flags);
      const [{ tokenCounter }, { serveModel }] = await Promise.all([
        import("../../../modelserver/count-tokens.ts"),
        import("../../../modelserver/serve.ts"),
      ]);
      const tokens = tokenCounter();
      const answerers = await answerersOf(flags, io, tokens);
      const record = await recorderOf(flags);
      const counts = { answered: 0, failed: 0 };
      const { url, close } = await serveModel({
        ...flags,
        answerers: answerers.all,
        tokens,
        model: MODEL_NAME,
        now: io.now,
        onAnswer(answered) {
          counts.answered += 1;
          record(answered);
          if (answered.by.name !== "a person")
            tell(io, `Request ${answered.received.number}: answered by ${answered.by.name}`);
        },
        onFailure({ number }, why) {
          counts.failed += 1;
          tell(io, `Request ${number}: ${why}`);
        },
      });
      tell(
        io,
        `${flags.stdin === true ? "You are the model" : "The model answers"}, at ${url}/v1. Press Ctrl-C to stop. To use it, set:\n` +
          `  OPENAI_BASE_URL=${url}/v1 OPENAI_MODEL=${MODEL_NAME} CAUSEWAY_MODEL_TIMEOUT_MS=${PATIENCE_MS}`,
      );
      await untilStopped(io);
      answerers.close();
      await close();
      tell(io, `Requests answered: ${counts.answered}; without an answer: ${counts.failed}.`);
      if (counts.failed > 0) done(EXIT.failed);
    });
}
