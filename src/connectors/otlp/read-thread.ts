import { Worker } from "node:worker_threads";
import { type ErrorCode, IncidentError, messageOf } from "../../domain/errors.ts";
import type { OtlpRequest } from "../../domain/otlp.ts";
import type { ExportReader, ReadExport } from "./read-export.ts";

/** What the thread answers. An error crosses threads as plain data. */
export type ThreadAnswer = { read: ReadExport } | { failure: { code: ErrorCode; message: string; hint: string } };
/** How the thread masks what is stored. `key`: null for the key in the home folder. */
export type ThreadMasking = {
  home: string;
  key: string | null;
  reveal: boolean;
  raw: boolean;
  ip: boolean;
  mac: boolean;
};
/** `workerData` of the thread. `masking` absent: nothing is masked. */
export type ReadThreadData = { maxAgeMs: number; masking?: ThreadMasking };

/** The largest valid request takes some seconds on a busy machine. */
const LONGEST_READ_MS = 30_000;
/** Heap of the thread. The largest valid request needs a third of it. */
const MAX_HEAP_MEGABYTES = 1_024;

type Job = { request: OtlpRequest; resolve: (read: ReadExport) => void; reject: (error: unknown) => void };
type ReadThreadOptions = ReadThreadData & { entry: URL; longestMs?: number; maxHeapMegabytes?: number };

/**
 * Reads export requests in a thread of its own, one after the other, so that other requests are answered meanwhile. A
 * request that takes too much memory or time ends the thread, and is refused; the next one starts a new thread.
 *
 * @param entry the file in which the thread starts.
 */
export function readThread({
  entry,
  maxAgeMs,
  masking,
  longestMs = LONGEST_READ_MS,
  maxHeapMegabytes = MAX_HEAP_MEGABYTES,
}: ReadThreadOptions): { read: ExportReader; close(): Promise<void> } {
  const waiting: Job[] = [];
  let worker: Worker | null = null;
  let isAtWork = false;

  function start(): Worker {
    const started = new Worker(entry, {
      workerData: { maxAgeMs, ...(masking === undefined ? {} : { masking }) } satisfies ReadThreadData,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
    });
    started.unref(); // the server keeps the process alive
    started.on("error", () => undefined); // of a thread that has nothing to do: it must not end the process
    started.once("exit", () => (worker = worker === started ? null : worker));
    return started;
  }

  /** Rejects also when no thread can be started, or a request cannot be passed to it. */
  async function read(request: OtlpRequest): Promise<ReadExport> {
    try {
      worker ??= start();
    } catch (cause) {
      throw ended(messageOf(cause));
    }
    return readIn(worker, request, longestMs);
  }

  async function workOff(): Promise<void> {
    if (isAtWork) return;
    isAtWork = true;
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift())
      await read(job.request).then(job.resolve, job.reject);
    isAtWork = false;
  }

  return {
    read: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        void workOff();
      }),
    async close() {
      for (const { reject } of waiting.splice(0)) reject(ended("Causeway stops"));
      await worker?.terminate();
    },
  };
}

const ended = (why: string): IncidentError =>
  new IncidentError("UNAVAILABLE", `the message was not read: ${why}`, { hint: "Send it again." });
const tooMuch = (what: "memory" | "time"): IncidentError =>
  new IncidentError("REJECTED", `the message takes too much ${what} to read`, { hint: "Send less in one request." });

function readIn(worker: Worker, request: OtlpRequest, longestMs: number): Promise<ReadExport> {
  const { promise, resolve, reject } = Promise.withResolvers<ReadExport>();
  let why: IncidentError = ended("its thread stopped");
  const onError = (error: NodeJS.ErrnoException): void => {
    why = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooMuch("memory") : ended(error.message || error.name);
  };
  const onExit = (): void => reject(why);
  const onMessage = (answer: ThreadAnswer): void => {
    if ("read" in answer) return resolve(answer.read);
    const { code, message, hint } = answer.failure;
    return reject(new IncidentError(code, message, { hint }));
  };
  const late = setTimeout(() => {
    why = tooMuch("time");
    void worker.terminate();
  }, longestMs);
  worker.on("message", onMessage).on("error", onError).once("exit", onExit);
  const body = Uint8Array.from(request.body); // of its own, because it moves to the thread
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
  worker.postMessage({ ...request, body }, [body.buffer]);
  return promise.finally(() => {
    clearTimeout(late);
    worker.off("message", onMessage).off("error", onError).off("exit", onExit);
  });
}
