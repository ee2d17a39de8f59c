import type { ServerResponse } from "node:http";
import { watchObjects } from "./reading.ts";
import type { Registry } from "./registry.ts";
import type { ObjectRequest } from "./request.ts";
import { tableOf, wantsTable } from "./table.ts";

type WatchContext = { registry: Registry; accept: string; now: () => number };

/** Watches without a time limit of their own end after this long, as in Kubernetes. */
const WATCH_SECONDS = 1800;
/** How often a followed log is read on. */
const FOLLOW_MS = 250;

/** Answers a watch: a line of JSON per event, until the client leaves or the time is over. */
export function streamWatch(response: ServerResponse, request: ObjectRequest, context: WatchContext): void {
  const { registry, accept, now } = context;
  const { query, kind } = request;
  const seconds = Number(query.get("timeoutSeconds") ?? WATCH_SECONDS) || WATCH_SECONDS;
  const isTable = wantsTable(accept);
  const pending: string[] = [];
  let isOpen = false;
  const write = (line: string): void => void (isOpen ? response.write(line) : pending.push(line));
  const stop = watchObjects(registry.store, request, ({ type, object }) => {
    const { resourceVersion } = object.metadata;
    const include = query.get("includeObject");
    const options = { metadata: { resourceVersion }, nowMs: now(), include };
    write(`${JSON.stringify({ type, object: isTable ? tableOf(kind.kind, [object], options) : object })}\n`);
  });
  isOpen = true; // a version that is too old was refused with a status of its own
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
  for (const line of pending) response.write(line);
  const deadline = setTimeout(() => response.end(), seconds * 1000);
  response.on("close", () => {
    clearTimeout(deadline);
    stop();
  });
}

/** Answers `kubectl logs`, and with `follow` goes on until the client leaves. */
export function streamLogs(
  response: ServerResponse,
  query: URLSearchParams,
  read: (query: URLSearchParams) => string,
  now: () => number,
): void {
  const first = read(query);
  response.writeHead(200, { "content-type": "text/plain" });
  if (query.get("follow") !== "true") return void response.end(first);
  response.write(first);
  let readMs = now();
  const timer = setInterval(() => {
    const next = new URLSearchParams(query);
    for (const name of ["tailLines", "sinceSeconds"]) next.delete(name);
    next.set("sinceTime", new Date(readMs).toISOString());
    readMs = now();
    response.write(read(next));
  }, FOLLOW_MS);
  response.on("close", () => clearInterval(timer));
}
