import { stat } from "node:fs/promises";
import { z } from "zod";
import type { WebhooksConfig } from "../config.ts";
import { AlertEvent } from "../domain/alert-event.ts";
import { IncidentError } from "../domain/errors.ts";
import type { FetchOptions } from "../domain/ports.ts";
import type { Alert, Topology } from "../domain/telemetry.ts";
import { joinTopology } from "../topology/join.ts";
import { spanForest } from "../traces/forest.ts";
import { topologyOfSpans } from "../traces/topology.ts";
import type { AlertUpdate } from "../triage/triage.ts";
import { openLog } from "../logtool/open-log.ts";
import { recordedScenario } from "../compose/recorded.ts";
import { webhookDoors } from "../compose/webhooks.ts";

/** Alerts with what is known of the system that they are about: of a file, nothing. */
export type AlertInput = { told: AlertUpdate[]; topology: Topology; entry: string | null };

type Options = {
  webhooks: WebhooksConfig;
  nowMs: number;
  onProblem: (what: string) => void;
  signal?: AbortSignal | undefined;
};

/** A day of a noisy system; who gives more has given something else. */
const MAX_BYTES = 64 * 1024 * 1024;
const HINT =
  "It takes alert events, as a JSON array or one a line, what a webhook of Alertmanager, Grafana or PagerDuty posts, or the folder of a scenario.";

/** @param path a file (plain, .gz, .zst), a folder with `scenario.json`, or `-` for standard input. @throws {IncidentError} NOT_FOUND, BAD_INPUT, CONFIG */
export async function readAlertInput(path: string, options: Options): Promise<AlertInput> {
  if (path !== "-" && (await isFolder(path))) return readScenario(path, options);
  const text = await readText(path, options);
  const told = jsonValues(text, options.onProblem).flatMap(({ value, where }) => readValue(value, where, options));
  if (told.length === 0 && text.trim() !== "" && text.trim() !== "[]")
    throw new IncidentError("BAD_INPUT", `no alert could be read from ${path === "-" ? "standard input" : path}`, {
      hint: HINT,
    });
  return { told, topology: { nodes: [], edges: [] }, entry: null };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new IncidentError("NOT_FOUND", `${path} cannot be read`, {
      hint: "Is the path right, and may you read it?",
      cause,
    });
  }
}

async function readText(path: string, { signal, onProblem }: Options): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of openLog(path, {
    signal,
    onProblem: ({ source, what }) => onProblem(`${source}: ${what}`),
  })) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES)
      throw new IncidentError("BAD_INPUT", `${path} holds more than ${MAX_BYTES / 2 ** 20} MB of alerts`, {
        hint: "Give a part of it.",
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

type Found = { value: unknown; where: string };

/** The whole text as one value, an array as its members; where it is none, a value a line. */
function jsonValues(text: string, onProblem: (what: string) => void): Found[] {
  const whole = parsed(text);
  if (whole !== undefined)
    return Array.isArray(whole)
      ? whole.map((value: unknown, n) => ({ value, where: `alert ${n + 1}` }))
      : [{ value: whole, where: "the alert" }];
  return text.split("\n").flatMap((line, n) => {
    if (line.trim() === "") return [];
    const value = parsed(line);
    if (value !== undefined) return [{ value, where: `line ${n + 1}` }];
    onProblem(`line ${n + 1} is not JSON`);
    return [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Which sender posts what looks like this, by the fields that it alone has. */
const Sender = z.union([
  z.looseObject({ event: z.looseObject({ event_type: z.string() }) }).transform(() => "pagerduty"),
  z.looseObject({ groupKey: z.string(), orgId: z.number() }).transform(() => "grafana"),
  z.looseObject({ groupKey: z.string(), version: z.literal("1") }).transform(() => "grafana"),
  z.looseObject({ groupKey: z.string() }).transform(() => "alertmanager"),
]);

/** One alert event, or the alerts of one webhook call. What is neither is told and stepped over. */
function readValue(value: unknown, where: string, { webhooks, nowMs, onProblem }: Options): AlertUpdate[] {
  const sender = Sender.safeParse(value);
  if (sender.success) {
    try {
      const delivery = webhookDoors(webhooks).get(sender.data)?.read(value, nowMs);
      return (delivery?.alerts ?? []).map((event) => ({ event, groupKey: delivery?.groupKey ?? null }));
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      onProblem(`${where}: ${error.message}`);
      return [];
    }
  }
  const event = AlertEvent.safeParse(value);
  if (event.success) return [{ event: event.data, groupKey: null }];
  onProblem(
    `${where} is no alert event: ${event.error.issues
      .map(({ path, message }) => `${path.join(".")}: ${message}`)
      .slice(0, 3)
      .join("; ")}`,
  );
  return [];
}

/** The alerts of a recorded incident, and who calls whom in it, as told and as its spans show. */
async function readScenario(dir: string, { onProblem, signal }: Options): Promise<AlertInput> {
  const { incidents, incidentId } = await recordedScenario(dir);
  const { alarmAtMs, entry, window } = await incidents.getIncident(incidentId);
  const { alerts, topology, traces } = await incidents.openTelemetry(incidentId);
  const options: FetchOptions = { signal, onProblem: ({ source, what }) => onProblem(`${source}: ${what}`) };
  const told = (await alerts?.fetchAlerts({ window: null }, options)) ?? [];
  const spans = (await traces?.fetchSpans({ window: null }, options)) ?? [];
  const parts = [await topology?.fetchTopology(options), topologyOfSpans(spanForest(spans))].filter(
    (part) => part !== undefined,
  );
  const atMs = alarmAtMs ?? window?.startMs ?? 0;
  const untimed = told.filter(({ timeUnixMs }) => timeUnixMs === null).length;
  if (untimed > 0)
    onProblem(
      `the times of ${untimed} of ${told.length} alerts, which were not recorded: they count as raised at once`,
    );
  return {
    told: told.map((alert) => ({ event: eventOf(alert, atMs), groupKey: null })),
    topology: joinTopology(parts),
    entry,
  };
}

/** Recorded alerts do not tell when they ended, and most not how bad they are. */
function eventOf({ entity, name, direction, peer, message, severity, timeUnixMs }: Alert, atMs: number): AlertEvent {
  const summary =
    message ?? [name, direction, peer === null ? null : `called by ${peer}`].filter((part) => part !== null).join(" ");
  return {
    fingerprint: JSON.stringify([entity, name, direction, peer]),
    status: "firing",
    severity: severity ?? "warning",
    entity,
    name,
    summary,
    startsAtMs: timeUnixMs ?? atMs,
    endsAtMs: null,
    labels: {},
  };
}
