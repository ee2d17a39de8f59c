// The entry point of the thread that reads export requests of OpenTelemetry senders, one at a time.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { exportReader } from "../connectors/otlp/read-export.ts";
import { maskerOfHome } from "./masking.ts";
import type { ReadThreadData, ThreadAnswer } from "../connectors/otlp/read-thread.ts";
import { IncidentError } from "../domain/errors.ts";
import type { OtlpRequest } from "../domain/otlp.ts";

const NICENESS = 5;

// Requests come first. Linux sets niceness by thread; elsewhere it would slow the whole process.
if (process.platform === "linux") setPriority(NICENESS);

const { maxAgeMs, masking } = workerData as ReadThreadData; // written by read-thread.ts
const read = exportReader({ maxAgeMs, ...(masking === undefined ? {} : { masker: maskerOfHome(masking) }) });

function answerTo(request: OtlpRequest): ThreadAnswer {
  try {
    const { block, result } = read(request);
    // bytes of their own can move to the other thread, those of a pool cannot
    return { read: { result, block: block === null ? null : { ...block, body: Uint8Array.from(block.body) } } };
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error; // ends this thread, and the caller gets the error
    const { code, message, hint } = error;
    return { failure: { code, message, hint } };
  }
}

parentPort?.on("message", (request: OtlpRequest) => {
  const answer = answerTo(request);
  const body = "read" in answer ? answer.read.block?.body.buffer : undefined;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
  parentPort?.postMessage(answer, body instanceof ArrayBuffer ? [body] : []);
});
