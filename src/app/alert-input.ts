import { stat } from "node:fs/promises";
import { z } from "zod";
import { AlertEvent } from "../domain/alert-event.ts";
import { IncidentError } from "../domain/errors.ts";
import type { FetchOptions, IncidentStore } from "../domain/ports.ts";
import type { Topology } from "../domain/telemetry.ts";
import type { WebhookDoors } from "../domain/webhook-door.ts";
import type { AlertUpdate } from "../triage/triage.ts";
import { scenarioAlerts } from "./scenario-alerts.ts";

/** Alerts with the topology and the entry of their system. A file of alerts brings neither. */
export type AlertInput = { alerts: AlertUpdate[]; topology: Topology; entry: string | null };

export type AlertInputPorts = {
  /** The decompressed bytes of a file, or of standard input for `-`. */
  openFile(path: string, options: FetchOptions): AsyncIterable<Uint8Array>;
  /** A scenario folder as a store, and the id of its incident. @throws {IncidentError} NOT_FOUND, BAD_INPUT */
  openScenario(dir: string): Promise<{ incidents: IncidentStore; incidentId: string }>;
  doors: WebhookDoors;
};
type Options = { nowMs: number; onProblem: (what: string) => void; signal?: AbortSignal | undefined };

/** The alerts of a noisy system in one day fit in this. A larger file is probably not a file of alerts. */
const MAX_BYTES = 64 * 1024 * 1024;
const HINT =
  "Give alert events (a JSON array, or one event a line), the payload of an Alertmanager, Grafana or PagerDuty " +
  "webhook, or the folder of a scenario.";

/**
 * Reads alerts. What cannot be read is reported to `onProblem` and skipped.
 *
 * @param path a file (plain, .gz, .zst), a folder with `scenario.json`, or `-` for standard input.
 * @throws {IncidentError} NOT_FOUND, BAD_INPUT, CONFIG
 */
export async function readAlertInput(ports: AlertInputPorts, path: string, options: Options): Promise<AlertInput> {
  if (path !== "-" && (await isFolder(path))) return scenarioAlerts(await ports.openScenario(path), options);
  const text = await readText(ports, path, options);
  const alerts = readAlertText(ports.doors, text, path === "-" ? "standard input" : path, options);
  return { alerts, topology: { nodes: [], edges: [] }, entry: null };
}

/**
 * Reads alerts from text. What cannot be read is reported to `onProblem` and skipped.
 *
 * @param place where the text is from, for messages.
 * @throws {IncidentError} BAD_INPUT if nothing of it is an alert.
 */
export function readAlertText(
  doors: WebhookDoors,
  text: string,
  place: string,
  options: Pick<Options, "nowMs" | "onProblem">,
): AlertUpdate[] {
  const alerts = jsonValues(text, options.onProblem).flatMap(({ value, where }) =>
    readValue(doors, value, where, options),
  );
  if (alerts.length === 0 && text.trim() !== "" && text.trim() !== "[]")
    throw new IncidentError("BAD_INPUT", `${place} contains no readable alert`, { hint: HINT });
  return alerts;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new IncidentError("NOT_FOUND", `${path} cannot be read`, {
      hint: "Check that the path exists and that you may read it.",
      cause,
    });
  }
}

async function readText({ openFile }: AlertInputPorts, path: string, { signal, onProblem }: Options): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const onFileProblem: FetchOptions["onProblem"] = ({ source, what }) => onProblem(`${source}: ${what}`);
  for await (const chunk of openFile(path, { signal, onProblem: onFileProblem })) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES)
      throw new IncidentError("BAD_INPUT", `${path} holds more than ${MAX_BYTES / 2 ** 20} MB of alerts`, {
        hint: "Split the file, and give one part at a time.",
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

type Found = { value: unknown; where: string };

/** Parses the text as one JSON value, an array as its elements; otherwise as one value a line. */
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

/** Recognises the sender of a payload by fields that only it has. */
const Sender = z.union([
  z.looseObject({ event: z.looseObject({ event_type: z.string() }) }).transform(() => "pagerduty"),
  z.looseObject({ groupKey: z.string(), orgId: z.number() }).transform(() => "grafana"),
  z.looseObject({ groupKey: z.string(), version: z.literal("1") }).transform(() => "grafana"),
  z.looseObject({ groupKey: z.string() }).transform(() => "alertmanager"),
]);

/** One alert event, or the alerts of one webhook payload. Anything else is reported and skipped. */
function readValue(
  doors: WebhookDoors,
  value: unknown,
  where: string,
  { nowMs, onProblem }: Pick<Options, "nowMs" | "onProblem">,
): AlertUpdate[] {
  const sender = Sender.safeParse(value);
  if (sender.success) {
    try {
      const delivery = doors.get(sender.data)?.read(value, nowMs);
      return (delivery?.alerts ?? []).map((event) => ({ event, groupKey: delivery?.groupKey ?? null }));
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      onProblem(`${where}: ${error.message}`);
      return [];
    }
  }
  const event = AlertEvent.safeParse(value);
  if (event.success) return [{ event: event.data, groupKey: null }];
  const faults = event.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  onProblem(`${where} is not an alert event: ${faults.slice(0, 3).join("; ")}`);
  return [];
}
