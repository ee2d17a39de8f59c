// Entry point of a container's process. Its argument is the program and the defects of its image; all else is in its
// environment variables, as in a pod.
import { createCaller, type FindPeer } from "../process/http-client.ts";
import { serveRoutes } from "../process/http-server.ts";
import { standardLog } from "../process/logger.ts";
import type { Defect } from "../process/messages.ts";
import { createMeters } from "../process/meters.ts";
import { openOtlpSender } from "../process/otlp-sender.ts";
import { addProcessMeters } from "../process/process-meters.ts";
import { createTracer } from "../process/tracer.ts";
import type { NetworkAddress } from "../cluster/pod-runtime.ts";
import { hostAndPort, podEnvironment, SettingError } from "./environment.ts";
import { ImageContent } from "./images.ts";
import { ContainerCommand, type ContainerNotice } from "./pod-messages.ts";
import type { DefectOf, PodKit } from "./pod-service.ts";
import { PROGRAMS } from "./services.ts";

const CALL_TIMEOUT_MS = 2_000;
const SLOW_CALL_MS = 600;
const DRAIN_MS = 1_000;
/** How long an address is believed, as with a DNS answer. */
const RESOLVED_MS = 5_000;

const image = ImageContent.parse(JSON.parse(process.argv[2] ?? "null"));
const variables = Object.fromEntries(
  Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
);
const env = podEnvironment(variables);
const log = standardLog(image.program, (line) => void process.stdout.write(`${line}\n`));
const notify = (notice: ContainerNotice): void => void process.send?.(notice);
const defects = new Map<string, Defect>(image.defects.map((defect) => [defect.kind, defect]));
const waiting = new Map<number, (address: NetworkAddress | null) => void>();
const known = new Map<string, { address: NetworkAddress | null; untilMs: number }>();

process.on("message", (message) => {
  const order = ContainerCommand.parse(message);
  if (order.kind === "defect") defects.set(order.defect.kind, order.defect);
  if (order.kind === "mend") defects.delete(order.defectKind);
  if (order.kind === "resolved") waiting.get(order.id)?.(order.address);
});
process.on("disconnect", () => process.exit()); // without its runtime nobody would stop this process

let queries = 0;
const findPeer: FindPeer = async (peer) => {
  const { host, port } = hostAndPort(env.text(`${peer.toUpperCase()}_ADDR`));
  const key = `${host}:${port}`;
  const found = known.get(key);
  if (found !== undefined && found.untilMs > performance.now()) return found.address;
  const id = ++queries;
  const address = await new Promise<NetworkAddress | null>((resolve) => {
    waiting.set(id, resolve);
    notify({ kind: "resolve", id, host, port });
  });
  waiting.delete(id);
  known.set(key, { address, untilMs: performance.now() + RESOLVED_MS });
  return address;
};

const defect: PodKit["defect"] = (kind) => (defects.get(kind) as DefectOf<typeof kind> | undefined) ?? null;

function start(): void {
  const port = env.whole("PORT");
  for (const [name, value] of Object.entries(variables)) if (name.endsWith("_ADDR")) hostAndPort(value);
  const endpoint = variables.OTEL_EXPORTER_OTLP_ENDPOINT ?? "";
  const resource = { "k8s.pod.name": variables.POD_NAME ?? "", "k8s.namespace.name": variables.POD_NAMESPACE ?? "" };
  const send = endpoint === "" ? () => {} : openOtlpSender(endpoint, image.program, resource);
  const tracer = createTracer(image.program, send);
  const meters = createMeters();
  addProcessMeters(meters);
  const call = createCaller({ findPeer, tracer, meters, log, slowMs: SLOW_CALL_MS, defaultTimeoutMs: CALL_TIMEOUT_MS });
  const build = PROGRAMS[image.program];
  if (build === undefined) throw new RangeError(`there is no program ${image.program}`);
  const service = build({ name: image.program, env, defect, log, call, tracer, meters });
  const probes = { "/healthz": () => 200, "/readyz": () => 200 };
  const server = serveRoutes({ routes: service.routes, log, tracer, meters, probes });
  process.on("SIGTERM", () => {
    log("INFO", "stopping, draining requests", { signal: "SIGTERM" });
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), DRAIN_MS).unref();
  });
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new TypeError("not listening on a port");
    log("INFO", "listening", { port, version: image.version });
    notify({ kind: "listening", containerPort: port, port: address.port });
    service.start?.();
  });
}

try {
  start();
} catch (error) {
  if (!(error instanceof SettingError)) throw error;
  log("ERROR", `invalid configuration: ${error.message}`);
  process.exitCode = 1;
  process.disconnect();
}
