import { ENVIRONMENT } from "../host.ts";
import { EXIT } from "./exit-codes.ts";
import { runCli } from "./run.ts";

/** Time that an interrupted command gets to end by itself, milliseconds. */
const INTERRUPT_MS = 1_000;
/** They finish what runs, within limits of their own. */
const DRAINING = ["serve", "worker"];

const interrupt = new AbortController();
process.on("SIGINT", () => {
  if (interrupt.signal.aborted) process.exit(EXIT.interrupted); // asked twice: now
  interrupt.abort();
  if (!DRAINING.includes(process.argv[2] ?? "")) setTimeout(() => process.exit(EXIT.interrupted), INTERRUPT_MS).unref();
});
// The reader of a pipe may leave early: `causeway analyze x | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  process.stderr.write(`causeway: the result could not be written to standard output: ${error.message}\n`);
  process.exit(EXIT.failed);
});

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: () => process.stdin,
  env: ENVIRONMENT,
  signal: interrupt.signal,
  now: Date.now,
});
