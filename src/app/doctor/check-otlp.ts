import type { Config } from "../../config.ts";
import { OTLP_SIGNALS, type OtlpSignal } from "../../domain/otlp.ts";
import type { CheckResult } from "./check.ts";
import type { ServerPorts } from "./check-servers.ts";

/** `receivedSignals`: the signals of which OpenTelemetry records are stored. */
export type OtlpPorts = Pick<ServerPorts, "probe"> & { receivedSignals(): Promise<readonly OtlpSignal[]> };

const PROBE_PATIENCE_MS = 2_000;
const NOUNS = { log: "logs", metric: "metrics", trace: "traces" } as const satisfies Record<OtlpSignal, string>;
const ANY_ADDRESS = ["0.0.0.0", "::", "[::]"];

/** Whether OpenTelemetry senders find Causeway, and what none has sent yet. */
export async function checkOtlp(
  { probe, receivedSignals }: OtlpPorts,
  { service: { host, port } }: Config,
  signal: AbortSignal,
): Promise<CheckResult> {
  const received = await receivedSignals();
  const missing = OTLP_SIGNALS.filter((each) => !received.includes(each)).map((each) => NOUNS[each]);
  const name = ANY_ADDRESS.includes(host) ? "127.0.0.1" : host;
  const url = `http://${name.includes(":") && !name.startsWith("[") ? `[${name}]` : name}:${port}`;
  const isListening = await probe({
    url: `${url}/healthz`,
    label: "causeway serve",
    setting: "CAUSEWAY_PORT",
    timeoutMs: PROBE_PATIENCE_MS,
    signal,
  }).then(
    (status) => status === 200,
    () => false,
  );
  const state = isListening ? "listening" : "not listening: start `causeway serve`";
  if (missing.length === 0) return { state: "ok", detail: `${state}; receives logs, metrics and traces` };
  const what = missing.length === OTLP_SIGNALS.length ? "nothing" : `no ${missing.join(" and no ")}`;
  const point = `point your collector at ${url}/v1/otlp (\`causeway connect otlp\` prints its configuration)`;
  return { state: "ok", detail: `${state}; ${what} received yet${received.length === 0 ? `; ${point}` : ""}` };
}
