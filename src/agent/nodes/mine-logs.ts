import type { LogStream } from "../../domain/telemetry.ts";
import { logFindings } from "../../logs/findings.ts";
import { putBody } from "../bodies.ts";
import type { AgentDeps } from "../deps.ts";
import { describeQuery, gatherStep } from "../gather.ts";
import type { Step } from "../step.ts";

const NEWLINE = 0x0a;

/** The same streams, telling of each line that holds anything. */
const counting = (streams: readonly LogStream[], onLine: () => void): LogStream[] =>
  streams.map((stream) => ({ ...stream, chunks: countedLines(stream.chunks, onLine) }));

async function* countedLines(chunks: LogStream["chunks"], onLine: () => void): AsyncGenerator<Uint8Array> {
  let open = false;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const newline = chunk.indexOf(NEWLINE, at);
      const end = newline === -1 ? chunk.length : newline;
      if (end > at && !open) onLine();
      open = newline === -1 && (open || end > at);
      at = end + 1;
    }
    yield chunk;
  }
}

/** Logs to templates, and templates to what is new, gone or bursting. */
export const mineLogs =
  (deps: AgentDeps): Step =>
  (state, runtime) =>
    gatherStep(deps, "mine-logs", "logs", async ({ telemetry: { logs }, incident, own, shared, fetch }) => {
      if (!logs) return null;
      const query = describeQuery("log templates", own, shared);
      let lines = 0;
      const answer = await logFindings({
        own: counting(await logs.openLogs(own, fetch), () => (lines += 1)),
        shared: shared ? await logs.openLogs(shared, fetch) : [],
        incident, connector: logs.name, query, onProblem: fetch.onProblem,
        ...(fetch.signal ? { signal: fetch.signal } : {}),
      });
      await putBody(deps.store, state.analysisId, "heard.logs", answer.services);
      return { ...answer, rows: Math.min(lines, answer.lineCount) }; // a line that is no record says nothing
    })(state, runtime);
