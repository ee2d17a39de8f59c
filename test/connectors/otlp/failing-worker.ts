// A thread that reads requests, and that some of them bring to an end.
import { parentPort } from "node:worker_threads";
import type { ThreadAnswer } from "../../../src/connectors/otlp/read-thread.ts";
import { IncidentError } from "../../../src/domain/errors.ts";
import type { OtlpRequest } from "../../../src/domain/otlp.ts";

const ANSWER: ThreadAnswer = { read: { block: null, result: { accepted: 1, rejected: 0, why: "" } } };
const FAILURE: ThreadAnswer = { failure: { code: "BAD_INPUT", message: "no message", hint: "Send one." } };

const DEEDS: Readonly<Record<string, () => ThreadAnswer>> = {
  read: () => ANSWER,
  refuse: () => FAILURE,
  throw: () => {
    throw new IncidentError("CONFIG", "it broke", { hint: "" });
  },
  exit: () => process.exit(3),
  later: () => {
    setImmediate(() => {
      throw new Error("it broke after its answer");
    });
    return ANSWER;
  },
  hang: () => {
    for (;;);
  },
  // a heap that is really full may end the whole process
  fill: () => {
    throw Object.assign(new Error("the heap is full"), { code: "ERR_WORKER_OUT_OF_MEMORY" });
  },
};

parentPort?.on("message", ({ body }: OtlpRequest) => {
  const deed = DEEDS[Buffer.from(body).toString("utf8")];
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
  parentPort?.postMessage(deed?.() ?? FAILURE);
});
