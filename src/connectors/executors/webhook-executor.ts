import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { IncidentError, isPassing, messageOf } from "../../domain/errors.ts";
import { type Executor, MAX_OUTPUT, type ScriptOutcome, type ScriptRequest } from "../../domain/executor.ts";
import type { HttpDoor } from "../http/types.ts";
import { hasChanged } from "./private-folder.ts";
import { argumentsOf } from "./shell-executor.ts";

export const REQUEST_SCHEMA = "causeway.execution-request/v1";

/** The answer of the job, at once or when it is polled. `recorded`: the content of `SCRIPT.state`, if there is one. */
const JobAnswer = z.discriminatedUnion("status", [
  z.object({ status: z.enum(["queued", "running"]) }),
  z.object({
    status: z.literal("done"),
    exit_code: z.int().min(0).max(255),
    output: z.string().default(""),
    recorded: z.string().max(65_536).nullable().default(null),
  }),
]);
type JobAnswer = z.infer<typeof JobAnswer>;

/** `secret`: signs each request. `pollMs`: between two questions for the result. */
export type WebhookOptions = {
  door: HttpDoor;
  secret: string;
  context: string | null;
  pollMs?: number;
  now: () => number;
};

const POLL_MS = 2_000;

/**
 * Has scripts run by a job elsewhere: POSTs the exact bytes with their hashes, signed, then asks for the result until
 * the time is over. A job that gives no result in time may have run or not: `lost`.
 */
export function webhookExecutor({ door, secret, context, pollMs = POLL_MS, now }: WebhookOptions): Executor {
  const signed = (request: ScriptRequest) => {
    const json = bodyOf(request, context);
    const timestamp = String(Math.floor(now() / 1000));
    const mac = createHmac("sha256", secret)
      .update(`${timestamp}.${JSON.stringify(json)}`)
      .digest("hex");
    return {
      json,
      headers: {
        "idempotency-key": `${request.executionId}:${request.part}`,
        "x-causeway-timestamp": timestamp,
        "x-causeway-signature": `sha256=${mac}`,
      },
    };
  };
  /** A question for a result is signed too: over its path, in place of a body. */
  const ask = (request: ScriptRequest, signal: AbortSignal): Promise<JobAnswer> => {
    const path = `/${request.executionId}/${request.part}`;
    const timestamp = String(Math.floor(now() / 1000));
    const mac = createHmac("sha256", secret).update(`${timestamp}.${path}`).digest("hex");
    const headers = { "x-causeway-timestamp": timestamp, "x-causeway-signature": `sha256=${mac}` };
    return door.json({ path, headers, signal }, JobAnswer);
  };

  async function resultOf(request: ScriptRequest, signal: AbortSignal, onAccepted: () => void) {
    const first = { ...signed(request), method: "POST", signal, retry: { times: 3, on: "unavailable" } } as const;
    let answer = await door.json(first, JobAnswer);
    onAccepted();
    while (answer.status !== "done") {
      await sleep(pollMs, undefined, { signal });
      answer = await ask(request, signal).catch((error: unknown) => {
        if (isPassing(error)) return { status: "running" } as const; // it may answer the next time
        throw error;
      });
    }
    return answer;
  }

  return {
    kind: "webhook",
    context,
    folderOf: () => null,
    requireReady: async () => undefined, // a job is there or not when it is asked
    async run(request) {
      const limit = AbortSignal.timeout(request.timeoutMs);
      let isAccepted = false;
      try {
        const {
          exit_code: exitCode,
          output,
          recorded,
        } = await resultOf(request, AbortSignal.any([limit, request.signal]), () => (isAccepted = true));
        return {
          ended: "exited",
          exitCode,
          output: output.slice(-MAX_OUTPUT),
          outputBytes: Buffer.byteLength(output),
          recorded,
          changed: hasChanged(recorded),
          why: null,
        };
      } catch (error) {
        if (request.part === "check" && error instanceof IncidentError) throw error;
        return failed(error, request, { isLate: limit.aborted, isAccepted });
      }
    },
    left: async () => ({ changed: null, recorded: null }),
  };
}

/** A request that was refused has begun nothing. After any other failure nobody knows. */
function failed(
  error: unknown,
  { part, recorded, signal, timeoutMs }: ScriptRequest,
  { isLate, isAccepted }: { isLate: boolean; isAccepted: boolean },
): ScriptOutcome {
  const none = { exitCode: null, output: "", outputBytes: 0, recorded };
  if (!isAccepted && error instanceof IncidentError && (error.code === "REJECTED" || error.code === "NOT_FOUND"))
    return { ...none, ended: "not_started", changed: part === "apply" ? false : null, why: error.message };
  if (!(error instanceof IncidentError) && !isLate && !signal.aborted) throw error;
  const why = isLate
    ? `the job gave no result within ${Math.round(timeoutMs / 1000)} s`
    : signal.aborted
      ? "nobody waited for the result of the job any longer"
      : `the job gave no result: ${messageOf(error)}`;
  return { ...none, ended: "lost", changed: null, why };
}

const bodyOf = (request: ScriptRequest, context: string | null) => ({
  schema_version: REQUEST_SCHEMA,
  execution_id: request.executionId,
  part: request.part,
  /** Of bash, after the path of the script. */
  arguments: argumentsOf(request, context),
  script: request.script,
  script_sha256: request.scriptSha256,
  fixed_part: {
    file_name: request.fixedPart.fileName,
    text: request.fixedPart.text,
    sha256: request.fixedPart.sha256,
  },
  /** What the part before recorded in `SCRIPT.state`; to be put there again. */
  recorded: request.recorded,
  timeout_seconds: Math.round(request.timeoutMs / 1000),
});
