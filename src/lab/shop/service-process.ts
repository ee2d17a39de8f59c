// Entry point of a service process. Takes its settings as one JSON argument, and commands over the IPC channel.
import { createCaller, peersAtPorts } from "../process/http-client.ts";
import { serveRoutes } from "../process/http-server.ts";
import { heldLock } from "../process/held-lock.ts";
import { openLog } from "../process/logger.ts";
import { type Defect, type Notice, ProcessCommand, ServiceSettings } from "../process/messages.ts";
import { createMeters } from "../process/meters.ts";
import { openOtlpSender } from "../process/otlp-sender.ts";
import { addProcessMeters } from "../process/process-meters.ts";
import { openTracer } from "../process/tracer.ts";
import { SHOP } from "./plan.ts";

const CALL_TIMEOUT_MS = 2000;
const SLOW_CALL_MS = 400;
/** Time for open requests to finish after a stop command. */
const DRAIN_MS = 1500;

const settings = ServiceSettings.parse(JSON.parse(process.argv[2] ?? "null"));
const plan = SHOP.find(({ name }) => name === settings.name);
if (!plan) throw new RangeError(`the shop has no service ${settings.name}`);

let config = settings.config;
let defect: Defect | null = null;
const notify = (notice: Notice): void => void process.send?.(notice);
const log = openLog(settings.logFile, settings.name);
const tracer = openTracer(
  settings.spanFile,
  settings.name,
  settings.otlpEndpoint === null ? undefined : openOtlpSender(settings.otlpEndpoint, settings.name),
);
const meters = createMeters();
addProcessMeters(meters);
const call = createCaller({
  findPeer: peersAtPorts(settings.peers),
  tracer,
  meters,
  log,
  slowMs: SLOW_CALL_MS,
  defaultTimeoutMs: CALL_TIMEOUT_MS,
});
const routes = plan.build({
  config: () => config,
  defect: () => defect,
  log,
  call,
  tracer,
  meters,
  databaseFile: settings.databaseFile,
});
const lock = heldLock(log);
const server = serveRoutes({ routes, log, tracer, meters, admit: lock.admit });

process.on("message", (message) => {
  const order = ProcessCommand.parse(message);
  if (order.kind === "defect") {
    defect = order.defect;
    if (defect.kind === "hold_lock") lock.hold(defect);
  }
  if (order.kind !== "configure") return;
  config = order.config;
  log("INFO", "configuration reloaded", { version: order.version, settings: Object.keys(config).length });
});
// without its supervisor nobody would stop this process
process.on("disconnect", () => process.exit(0));
process.on("SIGTERM", () => {
  log("INFO", "stopping, draining requests", { signal: "SIGTERM" });
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => process.exit(0), DRAIN_MS).unref();
});

server.on("error", (error: NodeJS.ErrnoException) => {
  const reason = error.code === "EADDRINUSE" ? `port ${settings.port} is in use` : error.message;
  log("ERROR", "cannot listen", { port: settings.port, reason });
  notify({ kind: "failed", reason });
  process.exitCode = 1;
  process.disconnect();
});
server.listen(settings.port, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not listening on a port");
  log("INFO", "configuration loaded", { version: settings.configVersion, settings: Object.keys(config).length });
  log("INFO", "listening", { port: address.port, pid: process.pid });
  notify({ kind: "listening", port: address.port });
});
