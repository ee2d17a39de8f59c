import type { RequestListener } from "node:http";
import { onTestFinished } from "vitest";
import { openGrafana } from "../../../src/compose/backends/grafana.ts";
import { readGrafana } from "../../../src/config/backends/grafana.ts";
import type { Telemetry } from "../../../src/domain/ports.ts";
import type { TelemetrySignal } from "../../../src/domain/query.ts";
import { sourcesOf } from "../../../src/telemetry/sources-of.ts";
import { serveLocally } from "../http/server.ts";
import { TOKEN } from "./grafana-stand-in.ts";

export const NOW_MS = Date.UTC(2026, 0, 5);
export const range = { startMs: NOW_MS - 3_600_000, endMs: NOW_MS };

/** The sources of a Grafana for one analysis. */
export function openSources(
  url: string,
  given: object = {},
  others: Parameters<typeof openGrafana>[2] = [],
): Promise<Telemetry> {
  const config = readGrafana({ kind: "grafana", url, token: TOKEN, timeoutMs: 60_000, ...given }, "GRAFANA");
  const backend = openGrafana(config, { proxy: { http: null, https: null, exclude: null } as never }, others);
  onTestFinished(() => backend.close());
  return Promise.resolve(backend.sources());
}
export const serve = async (answer: RequestListener): Promise<string> => (await serveLocally(answer)).origin;
export const namesOf = (telemetry: Telemetry): string[] => telemetry.map(({ name, signal }) => `${name} ${signal}`);
export const named = <S extends TelemetrySignal>(telemetry: Telemetry, signal: S, name: string) => {
  const source = sourcesOf(telemetry, signal).find((one) => one.name === `grafana/${name}`);
  if (source === undefined) throw new Error(`no ${name} among ${namesOf(telemetry).join(", ")}`);
  return source;
};
